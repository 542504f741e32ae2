package dev.dhow.agent.manifest;

import static dev.dhow.agent.manifest.HealthKeys.EXPECT;

import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Values;
import dev.dhow.agent.yaml.YamlWriter;
import dev.dhow.agent.yaml.YamlWriter.Comment;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a service file with everything that holds: the root's keys in each role, and every default. Read again it
/// means the same. Values of an `env_file` are not in it; the key is.
public final class Render {
    private Render() {}

    /// The effective file.
    ///
    /// @throws IllegalArgumentException when the manifest cannot be used
    public static String render(Manifest manifest) {
        return YamlWriter.block(root(manifest));
    }

    /// The same for programs: texts, numbers, booleans, lists and maps.
    ///
    /// @throws IllegalArgumentException when the manifest cannot be used
    public static Map<String, Object> tree(Manifest manifest) {
        return withoutComments(root(manifest));
    }

    private static Map<String, Object> withoutComments(Map<?, ?> map) {
        Map<String, Object> plain = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                plain.put(String.valueOf(key), withoutComments(inner));
            } else if (!(value instanceof Comment)) {
                plain.put(String.valueOf(key), value);
            }
        });
        return plain;
    }

    private static Map<String, Object> root(Manifest manifest) {
        ServiceSpec spec = manifest.spec();
        Effective effective = manifest.effective();
        if (spec == null || effective == null) {
            throw new IllegalArgumentException("the file of %s cannot be used".formatted(manifest.service()));
        }
        Map<String, Object> roles = new LinkedHashMap<>();
        spec.roles().forEach(role -> roles.put(role.name(), role(role, effective.role(role.name()))));
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", 1);
        root.put("service", spec.name());
        for (Key<?> key : List.<Key<?>>of(RootKeys.RELEASE_COMMAND, RootKeys.HOLD, RootKeys.IMAGE_UPDATE)) {
            Object value = root(key, spec, effective.root());
            if (value != null) {
                root.put(key.name(), value);
            }
        }
        root.put("roles", roles);
        return root;
    }

    private static @Nullable Object root(Key<?> key, ServiceSpec spec, Values values) {
        Object written = values.written(key);
        Object value = written == null ? key.fallback() : written;
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> effective = new LinkedHashMap<>(map);
        ReleaseCommand release = spec.releaseCommand();
        if (release != null && key.equals(RootKeys.RELEASE_COMMAND)) {
            effective.put(ReleaseForm.ROLE.name(), release.role());
        }
        return filled(key, effective);
    }

    /// How long a container of this role may take to become ready, from its own start: `deploy_timeout`, or
    /// longer
    /// where a HEALTHCHECK of the file cannot report sooner. One of the image counts too, which is not
    /// known here.
    public static Duration readinessDeadline(RoleSpec role) {
        HealthSpec health = role.health();
        if (health.disable() || !hasTest(health)) {
            return role.deployTimeout();
        }
        Duration start = health.startPeriod() == null ? Duration.ZERO : health.startPeriod();
        Duration interval = health.interval() == null ? Defaults.DOCKER_CHECK_INTERVAL : health.interval();
        Duration timeout = health.timeout() == null ? Defaults.DOCKER_CHECK_INTERVAL : health.timeout();
        int retries = health.retries() == null ? Defaults.CHECK_RETRIES : health.retries();
        Duration slowest = start.plus(interval.multipliedBy(retries)).plus(timeout);
        return slowest.compareTo(role.deployTimeout()) > 0 ? slowest : role.deployTimeout();
    }

    private static boolean hasTest(HealthSpec health) {
        List<String> test = health.test();
        return test != null && !test.getFirst().equals("NONE");
    }

    private static Map<String, Object> role(RoleSpec role, Values values) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("#", new Comment(deadline(role)));
        for (Key<?> key : RoleKeys.ALL) {
            Object value = value(key, role, values);
            if (key.equals(ContainerKeys.NETWORKS) && value == null && !values.has(ContainerKeys.NETWORK_MODE)) {
                // A comment, for written out it would make other containers of the same.
                written.put("# networks", new Comment("networks: [%s]".formatted(Defaults.NETWORK)));
            } else if (value != null) {
                written.put(key.name(), value);
            }
        }
        return written;
    }

    private static String deadline(RoleSpec role) {
        boolean ownCheck = role.proxied()
                || role.health().http() != null
                || role.health().tcp() != null
                || role.health().test() != null
                || role.health().disable();
        return "a container has %s from its start to become ready%s"
                .formatted(
                        Quantities.text(readinessDeadline(role)),
                        ownCheck ? "" : ", or longer where its image's HEALTHCHECK cannot report sooner");
    }

    private static @Nullable Object value(Key<?> key, RoleSpec role, Values values) {
        if (key.equals(RoleKeys.PROXY)) {
            ProxySpec proxy = role.proxy();
            return proxy == null ? (Object) false : ProxyRecord.write(proxy);
        }
        if (key.equals(ContainerKeys.HEALTHCHECK)) {
            Map<String, Object> health = health(role, values.get(ContainerKeys.HEALTHCHECK));
            return health.isEmpty() ? null : health;
        }
        if (key.equals(ContainerKeys.STOP_GRACE_PERIOD)) {
            return Quantities.text(Defaults.stopGracePeriod(role));
        }
        if (key.equals(ContainerKeys.RESTART) && role.schedule() != null && !values.has(key)) {
            return "no";
        }
        if (key.equals(RoleKeys.ROLLOUT)) {
            Map<Object, Object> map = new LinkedHashMap<>();
            if (values.written(key) instanceof Map<?, ?> own) {
                map.putAll(own);
            }
            map.put(RoleKeys.ORDER.name(), Defaults.order(role).name().toLowerCase(Locale.ROOT));
            return filled(key, map);
        }
        if (key.equals(ContainerKeys.LOGGING)) {
            Map<String, Object> logging = new LinkedHashMap<>();
            logging.put("driver", Defaults.logging(role.container()).driver());
            logging.put(
                    "options",
                    new java.util.TreeMap<>(Defaults.logging(role.container()).options()));
            return logging;
        }
        Object written = values.written(key);
        Object value = written == null ? key.fallback() : written;
        boolean known = !key.form().keys().isEmpty() && !key.equals(ContainerKeys.NETWORKS);
        return value instanceof Map<?, ?> map && known ? filled(key, map) : value;
    }

    /// A map with known keys and the defaults of those that were not written.
    private static Map<String, Object> filled(Key<?> key, Map<?, ?> map) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Key<?> inner : key.form().keys()) {
            Object value = map.get(inner.name());
            Object shown = value == null ? inner.fallback() : value;
            if (shown != null) {
                all.put(inner.name(), shown);
            }
        }
        return all;
    }

    private static Map<String, Object> health(RoleSpec role, @Nullable Values values) {
        HealthSpec health = role.health();
        HealthSpec.Http http = health.http();
        boolean none = http == null && health.tcp() == null && health.test() == null && !health.disable();
        if (none && role.proxied()) {
            http = HealthSpec.Http.DEFAULT;
        }
        Map<String, Object> written = new LinkedHashMap<>();
        if (http != null) {
            written.put("http", http(http, role.proxy()));
        }
        for (Key<?> key : List.<Key<?>>of(HealthKeys.TCP, HealthKeys.TEST)) {
            putWritten(written, key, values, null);
        }
        if (health.disable()) {
            written.put("disable", true);
        }
        boolean ours = http != null || health.tcp() != null;
        boolean docker = hasTest(health);
        // Where both kinds run, or only the image knows, each has its own default.
        Object interval = ours == docker
                ? null
                : Quantities.text(ours ? Defaults.CHECK_INTERVAL : Defaults.DOCKER_CHECK_INTERVAL);
        Object timeout =
                ours == docker ? null : Quantities.text(ours ? Defaults.CHECK_TIMEOUT : Defaults.DOCKER_CHECK_INTERVAL);
        putWritten(written, HealthKeys.INTERVAL, values, interval);
        putWritten(written, HealthKeys.TIMEOUT, values, timeout);
        putWritten(written, HealthKeys.RETRIES, values, ours || docker ? HealthKeys.RETRIES.fallback() : null);
        putWritten(written, HealthKeys.START_PERIOD, values, docker ? "0s" : null);
        putWritten(
                written,
                HealthKeys.START_INTERVAL,
                values,
                ours || docker ? HealthKeys.START_INTERVAL.fallback() : null);
        boolean keepsRunning = role.proxied() && ours && !docker;
        putWritten(written, HealthKeys.ON_FAILURE, values, health.disable() ? null : keepsRunning ? "none" : "restart");
        if (none && !role.proxied() && health.onFailure() == null) {
            written.remove("on_failure");
        }
        return written;
    }

    private static Map<String, Object> http(HealthSpec.Http http, @Nullable ProxySpec proxy) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("path", http.path());
        Integer port = http.port() != null || proxy == null ? http.port() : proxy.appPort();
        if (port != null) {
            written.put("port", port);
        }
        boolean named = http.host() != null || http.headers().keySet().stream().anyMatch("Host"::equalsIgnoreCase);
        String host =
                named || proxy == null ? http.host() : Defaults.checkHost(proxy).orElse(null);
        if (host != null) {
            written.put("host", host);
        }
        if (!http.headers().isEmpty()) {
            written.put("headers", new java.util.TreeMap<>(http.headers()));
        }
        written.put(EXPECT.name(), new HealthKeys.Range(http.expectFrom(), http.expectTo()).toString());
        return written;
    }

    private static void putWritten(
            Map<String, Object> to, Key<?> key, @Nullable Values values, @Nullable Object otherwise) {
        Object written = values == null ? null : values.written(key);
        Object value = written == null ? otherwise : written;
        if (value != null) {
            to.put(key.name(), value);
        }
    }
}
