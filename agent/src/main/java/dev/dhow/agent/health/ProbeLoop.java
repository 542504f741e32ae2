package dev.dhow.agent.health;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends one probe again and again, one at a time, until it is stopped. Everything but [#start] and [#stop] happens on
/// one Vert.x context.
final class ProbeLoop implements Watched.Loop {
    private static final Logger log = LoggerFactory.getLogger(ProbeLoop.class);

    private final Vertx vertx;
    private final Context context;
    private final Prober prober;
    private final RandomGenerator random;
    private final Source source;
    private long timer = -1;
    private volatile boolean stopped;

    /// What the loop asks and tells. Called on the context.
    interface Source {
        /// The next probe, as it is to be sent now.
        Turn turn();

        /// How it ended; a failure is no sample.
        void ended(ProbeLoop loop, AsyncResult<Sample> end);
    }

    /// One turn of the loop.
    ///
    /// @param sent how many probes this run of the container has had
    /// @param settled the container was ready once, or its deadline is over
    /// @param proving a rollout decides by it
    /// @param old it had been up for long when it was first seen, and was not probed yet
    record Turn(Check.Probe check, int sent, boolean settled, boolean proving, boolean old) {
        /// How long to wait before the next one.
        Duration delay(RandomGenerator random) {
            Pace pace = check.pace();
            return settled && proving ? pace.provingDelay() : pace.nextDelay(sent, settled, random);
        }
    }

    /// @param random used on the context only
    ProbeLoop(Vertx vertx, Context context, Prober prober, RandomGenerator random, Source source) {
        this.vertx = vertx;
        this.context = context;
        this.prober = prober;
        this.random = random;
        this.source = source;
    }

    void start() {
        try {
            context.runOnContext(_ -> {
                Turn turn = source.turn();
                Pace pace = turn.check().pace();
                schedule(turn.old() ? pace.firstDelayOfOld(random) : pace.nextDelay(turn.sent(), false, random));
            });
        } catch (RejectedExecutionException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("probe not started, the agent is stopping");
        }
    }

    /// A probe under way ends by itself, unheard.
    @Override
    public void stop() {
        stopped = true;
        try {
            context.runOnContext(_ -> vertx.cancelTimer(timer));
        } catch (RejectedExecutionException e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("timers are gone already, the agent is stopping");
        }
    }

    private void schedule(Duration delay) {
        if (!stopped) {
            timer = vertx.setTimer(Math.max(1, delay.toMillis()), _ -> fire());
        }
    }

    private void fire() {
        if (stopped) {
            return;
        }
        Turn turn = source.turn();
        Duration connect = turn.check().pace().connectTimeout(turn.sent(), turn.settled());
        prober.probe(turn.check(), connect).onComplete(end -> {
            if (!stopped) {
                source.ended(this, end);
                next(end);
            }
        });
    }

    /// A settled container is probed every `interval` from start to start; one that starts waits after each
    /// answer.
    private void next(AsyncResult<Sample> end) {
        Turn turn = source.turn();
        Duration delay = turn.delay(random);
        if (turn.settled() && end.succeeded()) {
            delay = delay.minus(end.result().took());
        }
        schedule(delay.compareTo(Pace.FIRST) < 0 ? Pace.FIRST : delay);
    }
}
