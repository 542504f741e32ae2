package dev.dhow.agent.reconcile;

import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for one service: the newest desired state and whether anything else asked for a pass. Signals collapse;
/// the newest desired state wins.
final class Mailbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private Desired desired;
    private boolean signalled = true;

    Mailbox(Desired desired) {
        this.desired = desired;
    }

    /// Puts a newer desired state; one that says the same wakes nobody.
    void put(Desired newer) {
        lock.lock();
        try {
            if (!newer.equals(desired)) {
                desired = newer;
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void signal() {
        lock.lock();
        try {
            signalled = true;
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
    Desired take(Ticker ticker, Duration until) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = until.minus(ticker.now()).toNanos();
            while (!signalled && left > 0) {
                left = filled.await(left, TimeUnit.NANOSECONDS) ? until.minus(ticker.now()).toNanos() : 0;
            }
            signalled = false;
            return desired;
        } finally {
            lock.unlock();
        }
    }
}
