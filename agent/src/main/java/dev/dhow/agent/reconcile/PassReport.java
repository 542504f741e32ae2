package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.status.PassListener;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RunStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Tells logs and metrics what one service's passes did: each step once, with its cause.
final class PassReport {
    private static final Logger log = LoggerFactory.getLogger(PassReport.class);

    private final String service;
    private final PassListener listener;
    private volatile Map<String, ObservedContainer> before = Map.of();
    private final Set<String> removedByUs = ConcurrentHashMap.newKeySet();

    PassReport(String service, PassListener listener) {
        this.service = service;
        this.listener = listener;
    }

    /// Compares with the pass before: restarts by Docker's policy, and containers that somebody removed.
    void seen(List<ObservedContainer> containers) {
        Map<String, ObservedContainer> now = new HashMap<>();
        for (ObservedContainer container : containers) {
            now.put(container.id(), container);
            ObservedContainer earlier = before.get(container.id());
            int more = earlier == null ? 0 : container.restartCount() - earlier.restartCount();
            for (int i = 0; i < more; i++) {
                listener.restarted(service, container.owner().role(), "policy");
            }
        }
        before.values().stream()
                .filter(c -> !now.containsKey(c.id()) && !removedByUs.contains(c.id()))
                .forEach(_ -> listener.repaired("removed"));
        before = now;
        removedByUs.retainAll(now.keySet());
    }

    /// A pass ended.
    ///
    /// @param outcomes what became of steps since the pass before
    /// @param planned whether it planned any
    void passed(List<Outcome> outcomes, boolean planned, Duration took) {
        boolean failed = outcomes.stream().anyMatch(Outcome.Failed.class::isInstance);
        String result = failed ? "error" : planned || !outcomes.isEmpty() ? "success" : "noop";
        listener.passed(service, result, took);
    }

    /// Tells a rollout's begin and end, once each.
    void rolledOut(Chronicle before, Chronicle after) {
        if (after.last().equals(before.last()) || after.last().isEmpty()) {
            return;
        }
        RolloutStatus now = after.last().get().rollout();
        if (now.endedAt() == null) {
            return;
        }
        LoggingEventBuilder line = now.outcome().failed() ? log.atWarn() : log.atInfo();
        line.addKeyValue("service", service)
                .addKeyValue("revision", now.revision())
                .addKeyValue("reason", now.reason())
                .addKeyValue("result", now.outcome().label())
                .addKeyValue("cause", now.cause().isEmpty() ? null : now.cause())
                .log("rollout ended");
        listener.rolledOut(service, now.outcome().label(), Duration.between(now.startedAt(), now.endedAt()));
    }

    /// Tells what is remembered of runs when the agent starts.
    void remembered(Chronicle chronicle) {
        chronicle.runs().forEach(this::ran);
    }

    /// Tells runs that ended or were skipped, once each.
    void ran(Chronicle before, Chronicle after) {
        for (RunStatus run : after.runs()) {
            if (!before.runs().contains(run)) {
                boolean failed = run.outcome() == RunStatus.Outcome.FAILED;
                boolean skipped = run.outcome() == RunStatus.Outcome.SKIPPED;
                LoggingEventBuilder line = failed ? log.atWarn() : log.atInfo();
                line.addKeyValue("service", service)
                        .addKeyValue("role", run.role())
                        .addKeyValue("container", skipped ? null : run.container())
                        .addKeyValue("error", failed ? "exited with " + run.exitCode() : null)
                        .log(skipped ? "run skipped: the one before still runs" : "run ended");
                ran(run);
            }
        }
    }

    private void ran(RunStatus run) {
        if (run.endedAt() != null) {
            boolean success = run.outcome() == RunStatus.Outcome.SUCCEEDED;
            listener.ran(service, run.role(), success, run.endedAt());
        }
    }

    /// Docker could not be read.
    void engineAway(RuntimeFailure failure, Duration took) {
        listener.failed(failure.kind().label());
        listener.passed(service, "error", took);
    }

    /// Tells one step, when it ended, on whatever thread it did.
    void step(Outcome outcome) {
        Step step = outcome.step();
        switch (outcome) {
            case Outcome.Done done -> {
                log.atInfo()
                        .addKeyValue("service", service)
                        .addKeyValue("step", step.verb())
                        .addKeyValue("subject", step.subject())
                        .addKeyValue("object", step.object())
                        .addKeyValue("cause", step.cause())
                        .addKeyValue("ms", done.took().toMillis())
                        .log("step done");
                listener.acted(step.verb());
                if (step instanceof Step.Remove remove) {
                    removedByUs.add(remove.id());
                }
                if (step instanceof Step.Pull) {
                    listener.pulled("success", done.took());
                }
                drift(step);
            }
            case Outcome.Failed failed -> {
                log.atWarn()
                        .addKeyValue("service", service)
                        .addKeyValue("step", step.verb())
                        .addKeyValue("subject", step.subject())
                        .addKeyValue("object", step.object())
                        .addKeyValue("cause", step.cause())
                        .addKeyValue("error", failed.message())
                        .log("step failed");
                listener.failed(failed.kind().label());
                if (step instanceof Step.Pull) {
                    listener.pulled(failed.kind().label(), Duration.ZERO);
                }
            }
        }
    }

    private void drift(Step step) {
        switch (step) {
            case Step.Start start
            when start.id() != null -> {
                ObservedContainer container = before.get(start.id());
                if (container != null && container.state() == RunState.EXITED) {
                    listener.repaired("stopped");
                    listener.restarted(service, container.owner().role(), "exited");
                }
            }
            case Step.Restart restart -> {
                ObservedContainer container = before.get(restart.id());
                if (container != null) {
                    listener.restarted(service, container.owner().role(), "unhealthy");
                }
            }
            case Step.Unpause _ -> listener.repaired("paused");
            default -> {}
        }
    }
}
