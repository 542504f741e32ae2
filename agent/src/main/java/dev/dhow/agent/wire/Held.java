package dev.dhow.agent.wire;

import java.util.concurrent.atomic.AtomicLong;

/// What clients have sent over HTTP/2 and no container has taken yet, over all connections, and how much that may be
/// beside a little of each: a process that runs out of memory loses all of them.
public final class Held {
    /// Of the heap.
    private static final int SHARE = 4;

    private final long most;
    private final AtomicLong octets = new AtomicLong();

    /// @param most octets
    public Held(long most) {
        this.most = most;
    }

    /// As much as this process can bear.
    public static Held ofThisProcess() {
        return new Held(Runtime.getRuntime().maxMemory() / SHARE);
    }

    void add(long more) {
        octets.addAndGet(more);
    }

    /// Octets; asked by any thread.
    public long octets() {
        return octets.get();
    }

    /// Whether no more may come.
    boolean full() {
        return octets.get() > most;
    }

    /// Whether nobody should be encouraged to send more.
    boolean scarce() {
        return octets.get() > most / 2;
    }
}
