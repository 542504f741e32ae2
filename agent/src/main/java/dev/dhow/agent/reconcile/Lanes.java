package dev.dhow.agent.reconcile;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The lanes of one service that run beside its passes: what is left of each, and what became of the steps since the
/// last look. A long pull, drain or stop holds up nothing but itself.
final class Lanes {
    private final Executor executor;
    private final Ticker ticker;
    private final Consumer<Outcome> told;
    private final Runnable changed;
    private final Set<Deque<Step>> running = new LinkedHashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private Duration lastEffect = Duration.ZERO;

    /// @param told each outcome as it comes, on the lane's thread
    /// @param changed called when a lane ended, or moved traffic, after its outcomes can be taken
    Lanes(Executor executor, Ticker ticker, Consumer<Outcome> told, Runnable changed) {
        this.executor = executor;
        this.ticker = ticker;
        this.told = told;
        this.changed = changed;
    }

    /// How it stands at one moment. What is not under way here has ended before, so that a reading of the engine which
    /// begins at `lastEffect` or later shows it.
    ///
    /// @param underWay steps that are not done yet
    /// @param outcomes of steps that ended since the last taking
    record Standing(List<Step> underWay, List<Outcome> outcomes, Duration lastEffect) {}

    /// Takes the outcomes.
    synchronized Standing take() {
        List<Outcome> taken = List.copyOf(outcomes);
        outcomes.clear();
        return new Standing(left(), taken, lastEffect);
    }

    synchronized List<Step> left() {
        return running.stream().flatMap(Deque::stream).toList();
    }

    /// Does steps that others rest on, now. Blocks.
    ///
    /// @return whether all were done
    boolean first(List<Step> steps) throws InterruptedException {
        List<Outcome> done = new ArrayList<>();
        executor.run(steps, outcome -> {
            done.add(outcome);
            note(outcome);
            told.accept(outcome);
        });
        return done.stream().allMatch(Outcome.Done.class::isInstance);
    }

    /// Starts a lane.
    void launch(List<Step> steps) {
        Deque<Step> lane = new ArrayDeque<>(steps);
        synchronized (this) {
            running.add(lane);
        }
        executor.launch(steps, new Executor.Listener() {
            @Override
            public void step(Outcome outcome) {
                // Both at once: who finds the step gone must find its moment, or he would read the engine too early.
                synchronized (Lanes.this) {
                    lane.poll();
                    note(outcome);
                }
                told.accept(outcome);
                if (outcome.step() instanceof Step.Unroute || outcome.step() instanceof Step.Drain) {
                    // Each may be followed by a long wait, and who looks on wants to know.
                    changed.run();
                }
            }

            @Override
            public void over() {
                synchronized (Lanes.this) {
                    running.remove(lane);
                }
                changed.run();
            }
        });
    }

    private synchronized void note(Outcome outcome) {
        outcomes.add(outcome);
        lastEffect = ticker.now();
    }
}
