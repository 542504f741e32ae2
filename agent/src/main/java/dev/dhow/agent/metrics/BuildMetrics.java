package dev.dhow.agent.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/// Which program this is.
final class BuildMetrics {
    BuildMetrics(Meters meters, String version) {
        String java = Runtime.version().toString();
        meters.collector(() -> new MetricSnapshots(
                new Family("dhow_build_info", "The version of the agent and its Java; always 1.", "version", "java")
                        .add(1, version, java)
                        .snapshot()));
    }
}
