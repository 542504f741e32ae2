package dev.dhow.agent.execute;

import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs plans. One executor serves all services and bounds how many changes the engine works on at once: starts are
/// bound by the engine's own locks and by CPU, so more at once only makes each slower.
public final class Executor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Executor.class);

    private final ContainerRuntime runtime;
    private final Ticker ticker;
    private final Semaphore changes;
    private final Semaphore pulls;
    /// One party for the executor itself, and one for each plan whose lanes run.
    private final Phaser lanesUnderWay = new Phaser(1);

    private volatile boolean draining;
    private final ExecutorService lanes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("lane-", 0).factory());

    /// @param changesAtOnce how many creates and starts run side by side, over all services
    /// @param pullsAtOnce how many images are fetched side by side
    public Executor(ContainerRuntime runtime, Ticker ticker, int changesAtOnce, int pullsAtOnce) {
        this.runtime = runtime;
        this.ticker = ticker;
        changes = new Semaphore(changesAtOnce, true);
        pulls = new Semaphore(pullsAtOnce, true);
    }

    /// Carries a plan out and returns what became of each step that was tried. Blocks until all ended.
    ///
    /// A failed first step ends the plan; a failed step in a lane ends that lane.
    ///
    /// @param told each outcome as it comes, on the lane's thread
    public List<Outcome> execute(Plan plan, Consumer<Outcome> told) throws InterruptedException {
        if (draining) {
            throw new InterruptedException("the agent stops");
        }
        Map<String, String> created = new ConcurrentHashMap<>();
        List<Outcome> outcomes = new ArrayList<>(sequence(plan.first(), created, told));
        if (outcomes.stream().anyMatch(Outcome.Failed.class::isInstance)) {
            return outcomes;
        }
        lanesUnderWay.register();
        try {
            outcomes.addAll(lanes(plan, created, told));
        } finally {
            lanesUnderWay.arriveAndDeregister();
        }
        return outcomes;
    }

    private List<Outcome> lanes(Plan plan, Map<String, String> created, Consumer<Outcome> told)
            throws InterruptedException {
        if (plan.lanes().size() == 1) {
            return sequence(plan.lanes().getFirst(), created, told);
        }
        List<Outcome> outcomes = new ArrayList<>();
        List<Future<List<Outcome>>> running = plan.lanes().stream()
                .map(lane -> lanes.submit(() -> sequence(lane, created, told)))
                .toList();
        try {
            for (Future<List<Outcome>> lane : running) {
                outcomes.addAll(lane.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lane of " + plan.service() + " ended by a bug", e.getCause());
        } finally {
            running.forEach(lane -> lane.cancel(true));
        }
        return outcomes;
    }

    /// Takes no more plans and waits until the lanes under way have ended. Pulls are not waited for: they can be asked
    /// for again.
    public void drain(Duration most) throws InterruptedException {
        draining = true;
        int phase = lanesUnderWay.arriveAndDeregister();
        try {
            lanesUnderWay.awaitAdvanceInterruptibly(phase, most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.atWarn().log("steps are still under way; they are broken off");
        }
    }

    private List<Outcome> sequence(List<Step> steps, Map<String, String> created, Consumer<Outcome> told)
            throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Step step : steps) {
            Outcome outcome = bounded(step, created);
            outcomes.add(outcome);
            told.accept(outcome);
            if (outcome instanceof Outcome.Failed) {
                break;
            }
        }
        return outcomes;
    }

    private Outcome bounded(Step step, Map<String, String> created) throws InterruptedException {
        Semaphore bound = switch (step) {
            case Step.Pull _ -> pulls;
            case Step.Create _,
                    Step.Start _,
                    Step.Unpause _,
                    Step.Remove _,
                    Step.CreateNetwork _,
                    Step.CreateVolume _ -> changes;
            // A stop mostly waits for the process: it must not keep others from starting.
            case Step.Stop _, Step.Restart _ -> null;
        };
        if (bound == null) {
            return once(step, created);
        }
        bound.acquire();
        try {
            return once(step, created);
        } finally {
            bound.release();
        }
    }

    private Outcome once(Step step, Map<String, String> created) throws InterruptedException {
        Duration start = ticker.now();
        try {
            effect(step, created);
            return new Outcome.Done(step, ticker.now().minus(start));
        } catch (RuntimeFailure failure) {
            return new Outcome.Failed(step, failure.kind(), String.valueOf(failure.getMessage()));
        }
    }

    private void effect(Step step, Map<String, String> created) throws RuntimeFailure, InterruptedException {
        switch (step) {
            case Step.Pull s -> runtime.pull(s.image(), s.platform());
            case Step.CreateNetwork s -> runtime.createNetwork(s.name(), s.labels());
            case Step.CreateVolume s -> runtime.createVolume(s.name(), s.labels());
            case Step.Create s -> created.put(s.request().name(), runtime.create(s.request()));
            case Step.Start s -> runtime.start(idOf(s, created));
            case Step.Stop s -> runtime.stop(s.id(), s.grace());
            case Step.Restart s -> runtime.restart(s.id(), s.grace());
            case Step.Unpause s -> runtime.unpause(s.id());
            case Step.Remove s -> runtime.remove(s.id());
        }
    }

    private static String idOf(Step.Start step, Map<String, String> created) {
        String id = step.id() == null ? created.get(step.name()) : step.id();
        if (id == null) {
            throw new IllegalStateException("a plan starts %s without making it".formatted(step.name()));
        }
        return id;
    }

    /// Ends what runs; containers stay as they are.
    @Override
    public void close() {
        lanes.shutdownNow();
    }
}
