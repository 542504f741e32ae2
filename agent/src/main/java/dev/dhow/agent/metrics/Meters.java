package dev.dhow.agent.metrics;

import dev.dhow.api.status.ServiceStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The registry, and the one way to put something into it: nothing goes in without a description.
final class Meters {
    private static final String SERVICE = "service";
    private static final String ROLE = "role";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    MeterRegistry registry() {
        return registry;
    }

    /// @param name with dots and without `_total`, which is added
    Counter counter(String name, String help, String... tags) {
        return Counter.builder(name).description(help).tags(tags).register(registry);
    }

    /// @param name with dots and without `_seconds`, which is added
    /// @param seconds the buckets' upper bounds
    Timer timer(String name, String help, double[] seconds, String... tags) {
        Duration[] bounds = new Duration[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            bounds[i] = Duration.ofNanos(Math.round(seconds[i] * 1e9));
        }
        return Timer.builder(name)
                .description(help)
                .serviceLevelObjectives(bounds)
                .tags(tags)
                .register(registry);
    }

    void gauge(String name, String help, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value)
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /// Adds families that are worked out at each scrape.
    void collector(MultiCollector collector) {
        registry.getPrometheusRegistry().register(collector);
    }

    /// Drops every series of a service.
    void forget(String service) {
        drop(id -> service.equals(id.getTag(SERVICE)));
    }

    /// Drops the series of services and roles that are not among these: a probe that was still under way when its
    /// service went would else leave one for good.
    void retain(List<ServiceStatus> statuses) {
        Set<List<String>> known = new HashSet<>();
        for (ServiceStatus status : statuses) {
            known.add(List.of(status.service()));
            status.roles().forEach(role -> known.add(List.of(status.service(), role.role())));
        }
        drop(id -> {
            String service = id.getTag(SERVICE);
            String role = id.getTag(ROLE);
            return service != null && !known.contains(role == null ? List.of(service) : List.of(service, role));
        });
    }

    private void drop(Predicate<Meter.Id> gone) {
        for (Meter meter : registry.getMeters()) {
            if (gone.test(meter.getId())) {
                registry.remove(meter);
            }
        }
    }

    String scrape() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            // Micrometer's maximum of the last minutes beside each histogram: the buckets tell more, for less.
            writer.write(
                    out,
                    registry.getPrometheusRegistry().scrape(name -> !name.endsWith("_seconds_max")),
                    EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
