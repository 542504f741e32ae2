package dev.dhow.agent.proxy;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.dhow.agent.wire.Held;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections of clients are open, over all listeners and loops, and how many may be: each costs memory,
/// also where nothing moves on it, and a process that runs out of it loses all of them. And what they hold together.
public final class Crowd {
    /// What fits into the memory that the agent's start sets, at 12 KB each.
    private static final int MOST = 10_000;
    /// A request needs one for its client and one for its container; the rest of the agent needs some too.
    private static final int FILES_EACH = 2;

    private static final int OTHER_FILES = 1024;
    private static final int LEAST = 64;

    private final int most;
    private final Held held;
    private final AtomicInteger open = new AtomicInteger();

    /// @param most connections at once
    Crowd(int most) {
        this(most, Held.ofThisProcess());
    }

    Crowd(int most, Held held) {
        this.most = most;
        this.held = held;
    }

    /// As many as this process can bear.
    public static Crowd ofThisProcess() {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        return new Crowd(fitting(files));
    }

    /// @param files that the process may have open
    static int fitting(long files) {
        return Math.clamp((files - OTHER_FILES) / FILES_EACH, LEAST, MOST);
    }

    /// One more wants to come.
    ///
    /// @return false: there is no room; else it [goes][#leaves] once
    boolean comes() {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    /// What their uploads hold.
    Held held() {
        return held;
    }

    void leaves() {
        open.decrementAndGet();
    }

    /// Whether room becomes scarce, so that whoever does nothing has to make some.
    boolean dense() {
        return open.get() >= most - most / 5;
    }
}
