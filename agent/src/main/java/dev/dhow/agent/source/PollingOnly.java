package dev.dhow.agent.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// No hints: the directory is read when the time is over.
final class PollingOnly implements Hints {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;

    @Override
    public void watch(Path directory) {
        // Nothing to watch with.
    }

    @Override
    public void await(Duration atMost) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void pause(Duration time) {
        await(time);
    }

    @Override
    public Changes drain() {
        return Changes.NONE;
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
