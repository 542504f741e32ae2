package dev.dhow.agent.plan;

import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.HostPattern;
import dev.dhow.api.spec.MetricsSpec;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Schedule;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A service's revision: 8 hex digits over its whole effective file, with every image resolved. People speak of
/// revisions; whether a container is out of date is said by its spec hash.
///
/// `hold` and `image_update` are left out: they say when somebody looks, not what is wanted, and a service that was
/// held and let go must not run its release command again.
final class Revision {
    private Revision() {}

    /// @param imageIds what each role's image resolves to, by role; where it is not known yet the reference stands in
    /// @param key null: secret values enter by their names only
    static String of(ServiceSpec service, Map<String, String> imageIds, @Nullable HmacKey key) {
        Canonical form = new Canonical().add("service", service.name());
        for (RoleSpec role : service.roles()) {
            String imageId = imageIds.getOrDefault(role.name(), role.image());
            form.add("role", role.name())
                    .add("reference", role.image())
                    .add(
                            "spec",
                            SpecHashV1.form(role, imageId, key == null ? _ -> "unknown" : key::of)
                                    .toString());
            beyondTheContainer(form, role);
        }
        ReleaseCommand release = service.releaseCommand();
        if (release != null) {
            form.add("release_command", release.command())
                    .add("release_command.role", release.role())
                    .add("release_command.timeout", release.timeout())
                    .add("release_command.on_hosts", texts(release.onHosts()));
        }
        return form.sha256().substring(0, 8);
    }

    private static void beyondTheContainer(Canonical form, RoleSpec role) {
        form.add("replicas", role.replicas());
        ProxySpec proxy = role.proxy();
        if (proxy != null) {
            form.add("proxy", List.of(proxy.hosts(), proxy.isDefault(), proxy.pathPrefix(), proxy.stripPathPrefix()))
                    .add("app_port", proxy.appPort());
            proxyBeyondTheRoute(form, proxy);
        }
        health(form, role.health());
        form.add("pull_policy", role.container().pullPolicy())
                .add("readiness_delay", role.readinessDelay())
                .add("deploy_timeout", role.deployTimeout())
                .add("drain_timeout", role.drainTimeout())
                .add("order", role.rollout().order())
                .add("parallelism", role.rollout().parallelism())
                .add("monitor", role.rollout().monitor())
                .add("on_failure", role.rollout().onFailure())
                .add("retain", role.retain())
                .add(
                        "depends_on",
                        role.dependsOn().stream().map(Object::toString).toList());
        form.add("on_hosts", texts(role.onHosts()));
        Schedule schedule = role.schedule();
        if (schedule != null) {
            form.add("schedule", schedule.toString());
        }
        MetricsSpec metrics = role.metrics();
        if (metrics != null) {
            form.add("metrics", List.of(metrics.port(), metrics.path()));
        }
    }

    /// What equals its default is left out, so that a file from before these keys keeps its revision.
    private static void proxyBeyondTheRoute(Canonical form, ProxySpec proxy) {
        ProxySpec.Tls tls = proxy.tls();
        form.add("tls", certificate(tls.source()))
                .add("redirect_https", tls.redirect() == tls.on() ? null : tls.redirect())
                .add("assume_https", tls.assumeHttps() ? true : null);
        ProxySpec.Access access = proxy.access();
        form.add("allow_from", access.allowFrom())
                .add("allow_from.file", access.allowFromFile())
                .add("basic_auth", access.usersFile())
                .add("client_auth", access.clientCa());
        ProxySpec.Serving serving = proxy.serving();
        Duration timeout = serving.responseTimeout();
        form.add("response_timeout", timeout.equals(Defaults.RESPONSE_TIMEOUT) ? null : timeout)
                .add("max_request_body", serving.maxRequestBody())
                .add("canonical_host", serving.canonicalHost())
                .add("sticky", serving.sticky() ? true : null)
                .add("error_pages", serving.errorPages())
                .add("response_headers", serving.responseHeaders());
    }

    private static @Nullable Object certificate(CertificateSource source) {
        return switch (source) {
            case CertificateSource.None _ -> null;
            case CertificateSource.Fitting _ -> "fitting";
            case CertificateSource.Acme _ -> "acme";
            case CertificateSource.Files(String certificate, String key) -> List.of(certificate, key);
        };
    }

    private static List<String> texts(List<HostPattern> patterns) {
        return patterns.stream().map(HostPattern::toString).toList();
    }

    private static void health(Canonical form, HealthSpec health) {
        HealthSpec.Http http = health.http();
        if (http != null) {
            form.add("http", List.of(http.path(), http.headers(), http.expectFrom(), http.expectTo()))
                    .add("http.port", http.port())
                    .add("http.host", http.host());
        }
        HealthSpec.Tcp tcp = health.tcp();
        if (tcp != null) {
            form.add("tcp", tcp.port());
        }
        form.add("interval", health.interval())
                .add("timeout", health.timeout())
                .add("retries", health.retries())
                .add("start_period", health.startPeriod())
                .add("start_interval", health.startInterval())
                .add("check.on_failure", health.onFailure());
    }
}
