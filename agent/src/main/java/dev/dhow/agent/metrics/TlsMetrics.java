package dev.dhow.agent.metrics;

import dev.dhow.agent.tls.CertificateListener;
import dev.dhow.api.status.CertificateStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Handshakes, certificates and how they are got. Hosts are those that service files name.
final class TlsMetrics implements CertificateListener, MultiCollector {
    private static final double[] SECONDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10
    };
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3", "none");

    private final Meters meters;
    /// Looking a meter up in the registry costs more than counting.
    private final Map<List<String>, Counter> handshakes = new ConcurrentHashMap<>();

    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private volatile List<CertificateStatus> shown = List.of();

    TlsMetrics(Meters meters) {
        this.meters = meters;
        meters.collector(this);
    }

    void handshake(String listener, String result, String version, Duration took) {
        String known = VERSIONS.contains(version) ? version : "other";
        handshakes
                .computeIfAbsent(
                        List.of(listener, result, known),
                        _ -> meters.counter(
                                "dhow.tls.handshakes",
                                "TLS handshakes of clients, by how they ended; closed: the client went.",
                                "listener",
                                listener,
                                "result",
                                result,
                                "version",
                                known))
                .increment();
        if (result.equals("success")) {
            durations
                    .computeIfAbsent(
                            listener,
                            name -> meters.timer(
                                    "dhow.tls.handshake.duration",
                                    "From a client's first octet to the end of its handshake, where that succeeded.",
                                    SECONDS,
                                    "listener",
                                    name))
                    .record(took);
        }
    }

    @Override
    public void orderEnded(String result) {
        meters.counter("dhow.acme.orders", "Orders of certificates that ended, by how.", "result", result)
                .increment();
    }

    /// Takes what the next scrape tells.
    void show(List<CertificateStatus> certificates) {
        shown = certificates;
    }

    @Override
    public MetricSnapshots collect() {
        Family ends = new Family(
                "dhow_tls_certificate_not_after_timestamp_seconds",
                "Until when the certificate is valid that answers for a host, in Unix time; *: the default route.",
                "host");
        Set<String> told = new HashSet<>();
        for (CertificateStatus certificate : shown) {
            String host = certificate.host();
            Instant until = certificate.notAfter();
            if (host != null && until != null && told.add(host)) {
                ends.add(until.getEpochSecond(), host);
            }
        }
        return told.isEmpty() ? new MetricSnapshots() : new MetricSnapshots(ends.snapshot());
    }
}
