package dev.dhow.agent.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/// One metric with its series, worked out at a scrape: what it does not name does not exist.
final class Family {
    private final String name;
    private final String help;
    private final String[] labels;
    private final List<GaugeSnapshot.GaugeDataPointSnapshot> points = new ArrayList<>();

    /// @param name as Prometheus shows it
    Family(String name, String help, String... labels) {
        this.name = name;
        this.help = help;
        this.labels = labels;
    }

    /// @param values one for each label, in their order
    Family add(double value, String... values) {
        points.add(new GaugeSnapshot.GaugeDataPointSnapshot(value, Labels.of(labels, values), null));
        return this;
    }

    MetricSnapshot snapshot() {
        return new GaugeSnapshot(new MetricMetadata(name, help), points);
    }

    /// A counter that something else counts.
    ///
    /// @param name without `_total`, which is added
    static MetricSnapshot counter(String name, String help, double value) {
        return new CounterSnapshot(
                new MetricMetadata(name, help),
                List.of(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(value)
                        .build()));
    }
}
