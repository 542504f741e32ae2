package dev.dhow.agent.metrics;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Ticker;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What the loop does.
final class ReconcileMetrics {
    static final List<String> RESULTS = List.of("success", "noop", "error");
    /// The verbs of all steps.
    static final List<String> ACTIONS = List.of(
            "pull",
            "create-network",
            "create-volume",
            "create",
            "start",
            "route",
            "unroute",
            "drain",
            "stop",
            "restart",
            "unpause",
            "remove");
    static final List<String> REPAIRS = List.of("removed", "stopped", "paused");
    private static final double[] SECONDS = {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

    private final Meters meters;
    private final Ticker ticker;
    private final Timer duration;
    private volatile double lastSuccess;

    ReconcileMetrics(Meters meters, Ticker ticker) {
        this.meters = meters;
        this.ticker = ticker;
        duration = meters.timer("dhow.reconcile.duration", "How long a pass over one service took.", SECONDS);
        meters.gauge(
                "dhow.reconcile.last.success.timestamp.seconds",
                "When a pass last ended without an error, in Unix time; 0: none yet.",
                () -> lastSuccess);
        RESULTS.forEach(result -> count(result, 0));
        ACTIONS.forEach(action -> action(action, 0));
        REPAIRS.forEach(kind -> repair(kind, 0));
        for (RuntimeFailure.Kind kind : RuntimeFailure.Kind.values()) {
            error(kind.label(), 0);
        }
        error("source_invalid", 0);
        error("internal", 0);
    }

    void passed(String result, Duration took) {
        count(result, 1);
        duration.record(took);
        if (!result.equals("error")) {
            Instant now = ticker.wall();
            lastSuccess = now.getEpochSecond() + now.getNano() / 1e9;
        }
    }

    void failed(String reason) {
        error(reason, 1);
    }

    void acted(String action) {
        action(action, 1);
    }

    void repaired(String kind) {
        repair(kind, 1);
    }

    private void count(String result, int by) {
        meters.counter("dhow.reconcile", "Passes over one service, by how they ended.", "result", result)
                .increment(by);
    }

    private void error(String reason, int by) {
        meters.counter("dhow.reconcile.errors", "Passes and steps that failed, by reason.", "reason", reason)
                .increment(by);
    }

    private void action(String action, int by) {
        meters.counter("dhow.reconcile.actions", "Steps done, by their verb.", "action", action)
                .increment(by);
    }

    private void repair(String kind, int by) {
        meters.counter("dhow.drift.repaired", "Changes made by hand that were put right.", "kind", kind)
                .increment(by);
    }
}
