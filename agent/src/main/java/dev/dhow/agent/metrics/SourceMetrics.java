package dev.dhow.agent.metrics;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.ServiceStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.List;

/// The files of the source.
final class SourceMetrics implements MultiCollector {
    private final Ticker ticker;
    private volatile double lastChange;
    private volatile int held;
    private volatile List<ServiceStatus> shown = List.of();

    SourceMetrics(Meters meters, Ticker ticker) {
        this.ticker = ticker;
        meters.gauge(
                "dhow.source.last.change.timestamp.seconds",
                "When the files of the source last changed, in Unix time; 0: not since the agent's start.",
                () -> lastChange);
        meters.gauge(
                "dhow.source.removals.held",
                "How many services lack their file and stay until dhow confirm-removal.",
                () -> held);
        meters.collector(this);
    }

    void changed() {
        Instant now = ticker.wall();
        lastChange = now.getEpochSecond() + now.getNano() / 1e9;
    }

    void removalsHeld(int services) {
        held = services;
    }

    /// Takes the status that the next scrape tells.
    void show(List<ServiceStatus> statuses) {
        shown = statuses;
    }

    @Override
    public MetricSnapshots collect() {
        Family valid = new Family(
                "dhow_source_valid",
                "Whether a service's file can be used: 1 yes, 0 invalid or unreadable.",
                "service");
        for (ServiceStatus status : shown) {
            status.condition(Condition.Type.SourceValid)
                    .ifPresent(c -> valid.add(c.status() == Condition.Status.True ? 1 : 0, status.service()));
        }
        return new MetricSnapshots(valid.snapshot());
    }
}
