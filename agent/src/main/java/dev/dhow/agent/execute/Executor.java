package dev.dhow.agent.execute;

import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the lanes of plans. One executor serves all services and bounds how many changes the engine works on at
/// once: starts are bound by the engine's own locks and by CPU, so more at once only makes each slower.
public final class Executor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Executor.class);

    private final ContainerRuntime runtime;
    private final Traffic traffic;
    private final Ticker ticker;
    private final Semaphore changes;
    /// One party for the executor itself, and one for each lane that runs.
    private final Phaser lanesUnderWay = new Phaser(1);

    private volatile boolean draining;
    private final ExecutorService lanes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("lane-", 0).factory());

    /// @param changesAtOnce how many creates and starts run side by side, over all services
    public Executor(ContainerRuntime runtime, Traffic traffic, Ticker ticker, int changesAtOnce) {
        this.runtime = runtime;
        this.traffic = traffic;
        this.ticker = ticker;
        changes = new Semaphore(changesAtOnce, true);
    }

    /// Told of a lane's progress, on the lane's thread.
    public interface Listener {
        /// A step ended.
        void step(Outcome outcome);

        /// The lane is over: every step is done, one failed, or the agent stops.
        void over();
    }

    /// Carries steps out one after the other; a failed one ends them. Blocks until they ended.
    public void run(List<Step> steps, Consumer<Outcome> told) throws InterruptedException {
        if (draining) {
            throw new InterruptedException("the agent stops");
        }
        sequence(steps, told);
    }

    /// Carries a lane out beside everything else. When the agent stops, it is not begun and nobody hears of it again.
    public void launch(List<Step> lane, Listener listener) {
        boolean waitedFor = !lane.stream().allMatch(Step.Pull.class::isInstance);
        if (draining || (waitedFor && lanesUnderWay.register() < 0)) {
            return;
        }
        lanes.execute(() -> {
            try {
                sequence(lane, listener::step);
            } catch (InterruptedException e) {
                log.atDebug().log("a lane is broken off");
            } catch (RuntimeException e) {
                // A bug in one step must not keep its service waiting for good.
                log.atError().setCause(e).log("a lane ended by a bug");
            } finally {
                if (waitedFor) {
                    lanesUnderWay.arriveAndDeregister();
                }
                listener.over();
            }
        });
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

    private void sequence(List<Step> steps, Consumer<Outcome> told) throws InterruptedException {
        Map<String, String> created = new HashMap<>();
        for (Step step : steps) {
            Outcome outcome = bounded(step, created);
            told.accept(outcome);
            if (outcome instanceof Outcome.Failed) {
                return;
            }
        }
    }

    private Outcome bounded(Step step, Map<String, String> created) throws InterruptedException {
        Semaphore bound = switch (step) {
            case Step.Create _,
                    Step.Start _,
                    Step.Unpause _,
                    Step.Remove _,
                    Step.CreateNetwork _,
                    Step.CreateVolume _ -> changes;
            // A stop mostly waits for the process: it must not keep others from starting. Pulls take turns where they
            // are shared, behind the runtime.
            case Step.Pull _, Step.Stop _, Step.Restart _, Step.Route _, Step.Unroute _, Step.Drain _ -> null;
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
            return new Outcome.Failed(
                    step,
                    failure.kind(),
                    String.valueOf(failure.getMessage()),
                    failure.retryAfter().orElse(null));
        } catch (RuntimeException bug) {
            // Told as a failure, so that the step waits before it is tried again as any other.
            log.atError().addKeyValue("object", step.object()).setCause(bug).log("a step ended by a bug");
            return new Outcome.Failed(step, RuntimeFailure.Kind.OTHER, "this agent failed: " + bug);
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
            case Step.Route s -> traffic.route(new Traffic.Target(service(s), s.role(), s.id(), s.name()));
            case Step.Unroute s -> traffic.unroute(service(s), s.id());
            case Step.Drain s -> traffic.drain(service(s), s.id(), s.most());
        }
    }

    private static String service(Step step) {
        return step.subject().substring(0, step.subject().indexOf('/'));
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
