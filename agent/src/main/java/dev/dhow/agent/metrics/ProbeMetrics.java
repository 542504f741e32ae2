package dev.dhow.agent.metrics;

import java.time.Duration;
import java.util.List;

/// How our own checks of containers end.
final class ProbeMetrics {
    static final List<String> RESULTS = List.of("success", "failure", "timeout");
    private static final double[] SECONDS = {0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private final Meters meters;

    ProbeMetrics(Meters meters) {
        this.meters = meters;
    }

    void probed(String service, String role, String result, Duration took) {
        // All results exist from the first check on, so that a rate of failures is 0 and not absent.
        RESULTS.forEach(each -> count(service, role, each, each.equals(result) ? 1 : 0));
        meters.timer(
                        "dhow.probe.duration",
                        "How long a check of a container took.",
                        SECONDS,
                        "service",
                        service,
                        "role",
                        role)
                .record(took);
    }

    private void count(String service, String role, String result, int by) {
        meters.counter(
                        "dhow.probe",
                        "Checks of containers by the agent, by result.",
                        "service",
                        service,
                        "role",
                        role,
                        "result",
                        result)
                .increment(by);
    }
}
