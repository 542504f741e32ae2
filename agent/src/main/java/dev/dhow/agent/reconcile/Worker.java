package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One service's thread: takes from its mailbox and runs passes. A slow or failing service hurts only itself.
final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration AWAY_FIRST = Duration.ofMillis(500);
    private static final Duration AWAY_MOST = Duration.ofSeconds(5);
    /// Every pass comes at least this often; the reconciler's pulse normally wakes all together before.
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final String service;
    private final Mailbox mailbox;
    private final Rooms rooms;
    private final Pass pass;
    private final Predicate<Worker> finished;
    private final Thread thread;
    private Duration away = Duration.ZERO;

    /// @param finished asked when the service has no container; true ends the worker
    Worker(Desired desired, Rooms rooms, Predicate<Worker> finished) {
        service = desired.service();
        this.rooms = rooms;
        mailbox = new Mailbox(desired, rooms.ticker().now());
        pass = new Pass(service, rooms, () -> mailbox.signal(rooms.ticker().now()));
        this.finished = finished;
        thread = Thread.ofVirtual().name("service-" + service).unstarted(this::run);
    }

    /// Ends what was kept for the service.
    void forget() {
        pass.forget();
    }

    String service() {
        return service;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
    }

    /// The plan of the next pass by that reading, worked out on the caller's thread beside the running ones.
    Plan preview(Observed observed) {
        return preview(mailbox.desired(), observed);
    }

    /// The same if that were wanted.
    Plan preview(Desired desired, Observed observed) {
        return pass.preview(desired, observed);
    }

    /// Says what the next reading must answer for this service.
    void need() {
        pass.need(mailbox.desired());
    }

    /// What a reading must answer if that were wanted.
    Needs needs(Desired desired) {
        return pass.needs(desired);
    }

    private void run() {
        try {
            Duration wakeAt = rooms.ticker().now();
            while (true) {
                Duration next = once(mailbox.take(rooms.ticker(), wakeAt));
                if (next.isNegative()) {
                    return;
                }
                wakeAt = rooms.ticker().now().plus(next);
            }
        } catch (InterruptedException e) {
            log.atDebug().addKeyValue("service", service).log("worker ends");
        }
    }

    private void answer(Mailbox.Mail mail, Mailbox.Ask ask) {
        try {
            ask.reply().complete(pass.take(mail.desired(), ask.request()));
        } catch (RuntimeException e) {
            ask.reply().completeExceptionally(e);
        }
    }

    /// What is remembered of the service.
    Chronicle chronicle() {
        return pass.chronicle();
    }

    /// Runs one pass and says how long to wait at most until the next; negative ends the worker.
    private Duration once(Mailbox.Mail mail) throws InterruptedException {
        Duration began = rooms.ticker().now();
        for (Mailbox.Ask ask : mail.asks()) {
            answer(mail, ask);
        }
        try {
            Pass.Result result = pass.run(mail);
            away = Duration.ZERO;
            if (result.again()) {
                return Duration.ZERO;
            }
            if (result.containers() == 0 && finished.test(this)) {
                return Duration.ofNanos(-1);
            }
            return result.wakeAt()
                    .map(at -> at.minus(rooms.ticker().now()))
                    .map(left -> left.isNegative() ? Duration.ZERO : left)
                    .filter(left -> left.compareTo(LONGEST) < 0)
                    .orElse(LONGEST);
        } catch (RuntimeFailure failure) {
            pass.engineAway(mail.desired(), failure, rooms.ticker().now().minus(began));
            away = away.isZero() ? AWAY_FIRST : away.multipliedBy(2);
            away = away.compareTo(AWAY_MOST) > 0 ? AWAY_MOST : away;
            return away;
        } catch (RuntimeException e) {
            // A bug in one pass must not end the service's loop for good.
            log.atError().addKeyValue("service", service).setCause(e).log("pass ended by a bug");
            rooms.listener().failed("internal");
            return AWAY_MOST;
        }
    }
}
