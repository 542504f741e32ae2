package dev.dhow.api.spec;

import dev.dhow.api.spec.ContainerSpec.Logging;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.ContainerSpec.Restart;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every default of a service file, in one place: what holds where the file says nothing.
public final class Defaults {
    /// `replicas`.
    public static final int REPLICAS = 1;
    /// `networks`: the one network that all roles share which name none.
    public static final String NETWORK = "dhow";
    /// `readiness_delay`.
    public static final Duration READINESS_DELAY = Duration.ofSeconds(7);
    /// `deploy_timeout`.
    public static final Duration DEPLOY_TIMEOUT = Duration.ofSeconds(30);
    /// `drain_timeout`.
    public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    /// `retain`.
    public static final int RETAIN = 3;
    /// `restart`.
    public static final Restart RESTART = new Restart(Restart.Mode.UNLESS_STOPPED, 0);
    /// `pull_policy`.
    public static final PullPolicy PULL_POLICY = PullPolicy.MISSING;
    /// `logging`.
    public static final Logging LOGGING = new Logging("json-file", Map.of("max-size", "10m", "max-file", "3"));
    /// `stop_grace_period` of a proxied role.
    public static final Duration STOP_GRACE_PROXIED = Duration.ofSeconds(10);
    /// `stop_grace_period` of any other role.
    public static final Duration STOP_GRACE_OTHER = Duration.ofSeconds(30);
    /// `proxy.response_timeout`.
    public static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
    /// `proxy.app_port` where the image exposes no port, or several.
    public static final int APP_PORT = 80;
    /// `healthcheck.interval` of HTTP and TCP checks.
    public static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);
    /// `healthcheck.timeout` of HTTP and TCP checks.
    public static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);
    /// `healthcheck.retries` of every kind of check.
    public static final int CHECK_RETRIES = 3;
    /// `healthcheck.start_interval`.
    public static final Duration CHECK_START_INTERVAL = Duration.ofSeconds(1);
    /// `healthcheck.interval` and `timeout` of a Docker HEALTHCHECK, the Engine's own.
    public static final Duration DOCKER_CHECK_INTERVAL = Duration.ofSeconds(30);

    private Defaults() {}

    /// The restart policy in force.
    public static Restart restart(ContainerSpec spec) {
        return or(spec.restart(), RESTART);
    }

    /// The log driver in force.
    public static Logging logging(ContainerSpec spec) {
        return or(spec.logging(), LOGGING);
    }

    /// The pull policy in force.
    public static PullPolicy pullPolicy(ContainerSpec spec) {
        return or(spec.pullPolicy(), PULL_POLICY);
    }

    /// The time between the stop signal and the kill, in whole seconds, rounded up because Docker knows no
    /// less.
    public static Duration stopGracePeriod(RoleSpec role) {
        Duration grace = or(
                role.container().process().stopGracePeriod(), role.proxied() ? STOP_GRACE_PROXIED : STOP_GRACE_OTHER);
        return grace.getNano() == 0 ? grace : Duration.ofSeconds(grace.getSeconds() + 1);
    }

    /// The order in force.
    public static RolloutSpec.Order order(RoleSpec role) {
        RolloutSpec.Order otherwise =
                notShared(role).isPresent() ? RolloutSpec.Order.STOP_FIRST : RolloutSpec.Order.START_FIRST;
        return or(role.rollout().order(), otherwise);
    }

    /// What two containers of the role cannot have at once, for people: `it uses the host's network`.
    public static Optional<String> notShared(RoleSpec role) {
        if ("host".equals(role.container().network().mode())) {
            return Optional.of("it uses the host's network");
        }
        Optional<Port> port = role.container().network().ports().stream()
                .filter(p -> p.hostPort() != null)
                .findFirst();
        if (port.isPresent()) {
            return port.map(p -> "it publishes %s:%d/%s".formatted(p.hostIp(), p.hostPort(), p.protocol()));
        }
        return role.container().storage().volumes().stream()
                .filter(mount -> mount instanceof Mount.Named named && named.exclusive())
                .map(mount -> "volume %s is exclusive".formatted(((Mount.Named) mount).name()))
                .findFirst();
    }

    /// The Host header that a check of a proxied role asks with: the first of its hosts, in which a label of
    /// ours stands for a wildcard's `*`, because no client may send that; empty: it has no hosts.
    public static Optional<String> checkHost(ProxySpec proxy) {
        return proxy.hosts().stream()
                .findFirst()
                .map(host -> host.startsWith("*.") ? "dhow-check" + host.substring(1) : host);
    }

    private static <T> T or(@Nullable T written, T otherwise) {
        return written == null ? otherwise : written;
    }
}
