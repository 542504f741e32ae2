package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What waits for one service: the newest desired state and whether anything else asked for a pass. Signals collapse;
/// the newest desired state wins.
final class Mailbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private Desired desired;
    private final Deque<Ask> asks = new ArrayDeque<>();
    private @Nullable Duration signalled;

    /// @param moment since when something is to be seen, monotonic
    Mailbox(Desired desired, Duration moment) {
        this.desired = desired;
        signalled = moment;
    }

    /// What a pass is asked for.
    ///
    /// @param moment what the pass sees must be at least as new as this, monotonic
    /// @param asks what people ask for, in their order
    record Mail(Desired desired, Duration moment, List<Ask> asks) {}

    /// A request and where its reply is waited for.
    record Ask(Request request, CompletableFuture<Requests.Reply> reply) {}

    /// Puts a request; the reply comes when it is stored.
    ///
    /// @param moment now, monotonic
    CompletableFuture<Requests.Reply> ask(Request request, Duration moment) {
        Ask ask = new Ask(request, new CompletableFuture<>());
        lock.lock();
        try {
            asks.add(ask);
            signal(moment);
        } finally {
            lock.unlock();
        }
        return ask.reply();
    }

    /// Puts a newer desired state; one that says the same wakes nobody.
    ///
    /// @param moment now, monotonic
    void put(Desired newer, Duration moment) {
        lock.lock();
        try {
            if (!newer.equals(desired)) {
                desired = newer;
                signal(moment);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Asks for a pass.
    ///
    /// @param moment what it sees must be at least as new as this, monotonic
    void signal(Duration moment) {
        lock.lock();
        try {
            signalled = signalled == null || signalled.compareTo(moment) < 0 ? moment : signalled;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Desired desired() {
        lock.lock();
        try {
            return desired;
        } finally {
            lock.unlock();
        }
    }

    /// Blocks until something was put or signalled, or until that moment, and takes the signal.
    ///
    /// @param until monotonic
    Mail take(Ticker ticker, Duration until) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = until.minus(ticker.now()).toNanos();
            while (signalled == null && left > 0) {
                left = filled.await(left, TimeUnit.NANOSECONDS)
                        ? until.minus(ticker.now()).toNanos()
                        : 0;
            }
            Duration moment = signalled == null ? ticker.now() : signalled;
            signalled = null;
            List<Ask> taken = List.copyOf(asks);
            asks.clear();
            return new Mail(desired, moment, taken);
        } finally {
            lock.unlock();
        }
    }
}
