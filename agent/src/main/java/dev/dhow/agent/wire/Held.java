package dev.dhow.agent.wire;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What clients have sent over HTTP/2 and no container has taken yet, over all connections, and how much that may be:
/// a process that runs out of memory loses all of them.
///
/// While it is more, the connection that holds the most makes room, whoever sends: so those who hold less lose nothing
/// by it, also where it sends nothing more. Only few hold little and yet the most, so one that holds hardly more than
/// what waits of one upload is let be until there is twice as much. However many connections there are, they hold no
/// more than that together, and what comes until the event loop of the one gets to it.
public final class Held {
    /// Of the heap.
    private static final int SHARE = 4;
    /// All that waits of an upload which nobody reads, and what its frames take if they are of 1 KiB.
    private static final int LITTLE = UploadWindows.FIRST + UploadWindows.FIRST / 4;

    private final long most;
    private final AtomicLong octets = new AtomicLong();
    private final Set<UploadWindows> connections = ConcurrentHashMap.newKeySet();

    /// @param most octets
    public Held(long most) {
        this.most = most;
    }

    /// As much as this process can bear.
    public static Held ofThisProcess() {
        return new Held(Runtime.getRuntime().maxMemory() / SHARE);
    }

    void comes(UploadWindows connection) {
        connections.add(connection);
    }

    void leaves(UploadWindows connection) {
        connections.remove(connection);
    }

    void add(long more) {
        octets.addAndGet(more);
    }

    /// Octets; asked by any thread.
    public long octets() {
        return octets.get();
    }

    /// Who has to make room; null: nobody.
    @Nullable
    UploadWindows worst() {
        long all = octets.get();
        if (all <= most) {
            return null;
        }
        UploadWindows worst = null;
        long highest = all <= 2 * most ? LITTLE : 0;
        for (UploadWindows connection : connections) {
            long holds = connection.holds();
            if (holds > highest) {
                highest = holds;
                worst = connection;
            }
        }
        return worst;
    }

    /// Whether nobody should be encouraged to send more.
    boolean scarce() {
        return octets.get() > most / 2;
    }
}
