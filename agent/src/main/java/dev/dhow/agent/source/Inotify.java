package dev.dhow.agent.source;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hints from the kernel. The JDK's own watcher does not tell a rename into place from a file that is being written,
/// and that difference is what lets a renamed file count at once.
final class Inotify implements Hints {
    private static final Logger log = LoggerFactory.getLogger(Inotify.class);

    // linux/inotify.h; the same on every architecture this agent runs on.
    private static final int MODIFY = 0x2;
    private static final int ATTRIB = 0x4;
    private static final int CLOSE_WRITE = 0x8;
    private static final int MOVED_FROM = 0x40;
    private static final int MOVED_TO = 0x80;
    private static final int CREATE = 0x100;
    private static final int DELETE = 0x200;
    private static final int DELETE_SELF = 0x400;
    private static final int MOVE_SELF = 0x800;
    private static final int OVERFLOW = 0x4000;
    private static final int IGNORED = 0x8000;
    private static final int ONLY_DIRECTORY = 0x1000000;
    private static final int MASK = MODIFY
            | ATTRIB
            | CLOSE_WRITE
            | MOVED_FROM
            | MOVED_TO
            | CREATE
            | DELETE
            | DELETE_SELF
            | MOVE_SELF
            | ONLY_DIRECTORY;
    /// What does not touch a file's content.
    private static final int HARMLESS = ATTRIB | CLOSE_WRITE;

    private static final int NONBLOCK_CLOEXEC = 0x80800;
    private static final int ENOENT = 2;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int ENOSPC = 28;
    private static final int EVENT_HEAD = 16;
    private static final int BUFFER = 64 << 10;
    private static final int POLLIN = 1;
    private static final int POLLFD = 8;

    private final Arena arena;
    private final InotifyCalls calls;
    private final int queue;
    private final int waker;
    private final MemorySegment buffer;
    private final MemorySegment fds;
    private int watch = -1;
    private boolean told;

    private Inotify(Arena arena, InotifyCalls calls, int queue, int waker) {
        this.arena = arena;
        this.calls = calls;
        this.queue = queue;
        this.waker = waker;
        this.buffer = arena.allocate(BUFFER, 8);
        this.fds = arena.allocate(2 * POLLFD, 8);
        descriptor(0, waker);
        descriptor(1, queue);
    }

    /// Opens a queue; empty, with one line in the log, where the kernel or the process's limits have none.
    static Optional<Hints> open() {
        Arena arena = Arena.ofShared();
        try {
            InotifyCalls calls = new InotifyCalls(arena);
            int queue = calls.inotifyInit(NONBLOCK_CLOEXEC);
            int errno = calls.errno();
            int waker = queue < 0 ? -1 : calls.eventfd(NONBLOCK_CLOEXEC);
            if (waker >= 0) {
                return Optional.of(new Inotify(arena, calls, queue, waker));
            }
            errno = queue < 0 ? errno : calls.errno();
            if (queue >= 0) {
                calls.close(queue);
            }
            unavailable(words(errno));
        } catch (RuntimeException | LinkageError e) {
            unavailable(String.valueOf(e.getMessage()));
        }
        arena.close();
        return Optional.empty();
    }

    /// What the kernel said and, where it is a limit, which one to raise (inotify_init1(2), inotify_add_watch(2)).
    private static String words(int errno) {
        String remedy = switch (errno) {
            case EMFILE ->
                ": this user has as many inotify instances, or this process as many open files, as it may: raise"
                    + " fs.inotify.max_user_instances with sysctl, or LimitNOFILE of the agent's unit, and restart it";
            case ENFILE -> ": this host has as many open files as it may: raise fs.file-max with sysctl";
            case ENOSPC -> ": this user watches as many files as it may: raise fs.inotify.max_user_watches with sysctl";
            default -> "";
        };
        return "errno " + errno + remedy;
    }

    private static void unavailable(String error) {
        log.atWarn()
                .addKeyValue("error", error)
                .log("the kernel gives no file events; changes are found by polling only");
    }

    @Override
    public void watch(Path directory) {
        try (Arena path = Arena.ofConfined()) {
            int now = calls.addWatch(queue, path.allocateFrom(directory.toString()), MASK);
            if (now != watch && watch >= 0) {
                // Another directory is at the path now; what happens in the old one means nothing any more.
                calls.removeWatch(queue, watch);
            }
            if (now < 0) {
                tell(directory, calls.errno());
            } else {
                told = false;
            }
            watch = now;
        }
    }

    @Override
    public void await(Duration atMost) {
        poll(2, atMost);
    }

    @Override
    public void pause(Duration time) {
        poll(1, time);
    }

    @Override
    public Changes drain() {
        Map<String, Boolean> renamed = new HashMap<>();
        boolean lost = false;
        long length = calls.read(queue, buffer);
        while (length > 0) {
            for (long at = 0; at + EVENT_HEAD <= length; ) {
                int mask = buffer.get(ValueLayout.JAVA_INT, at + 4);
                int nameLength = buffer.get(ValueLayout.JAVA_INT, at + 12);
                lost |= (mask & OVERFLOW) != 0;
                if (buffer.get(ValueLayout.JAVA_INT, at) == watch) {
                    took(
                            mask,
                            nameLength == 0 ? "" : buffer.getString(at + EVENT_HEAD, StandardCharsets.UTF_8),
                            renamed);
                }
                at += EVENT_HEAD + nameLength;
            }
            length = calls.read(queue, buffer);
        }
        return renamed.isEmpty() && !lost ? Changes.NONE : new Changes(renamed, lost);
    }

    @Override
    public void wake() {
        calls.write(waker, 1);
    }

    @Override
    public void close() {
        calls.close(queue);
        calls.close(waker);
        arena.close();
    }

    private void took(int mask, String name, Map<String, Boolean> renamed) {
        if ((mask & IGNORED) != 0) {
            watch = -1;
        }
        if ((mask & HARMLESS) != 0) {
            // A hint, for a file may have become readable, but a rename into place stays one.
            renamed.putIfAbsent(name, (mask & MOVED_TO) != 0);
        } else {
            renamed.put(name, (mask & MOVED_TO) != 0);
        }
    }

    private void poll(int count, Duration time) {
        // Rounded up: waking too early means waking twice.
        int milliseconds = Math.toIntExact(Math.min(Integer.MAX_VALUE, (time.toNanos() + 999_999) / 1_000_000));
        int ready = calls.poll(fds, count, Math.max(0, milliseconds));
        if (ready > 0 && (fds.get(ValueLayout.JAVA_SHORT, 6) & POLLIN) != 0) {
            calls.read(waker, buffer);
        }
    }

    private void descriptor(int index, int fd) {
        fds.set(ValueLayout.JAVA_INT, (long) index * POLLFD, fd);
        fds.set(ValueLayout.JAVA_SHORT, (long) index * POLLFD + 4, (short) POLLIN);
    }

    private void tell(Path directory, int errno) {
        // A missing directory is told by the reading.
        if (errno != ENOENT && !told) {
            told = true;
            log.atWarn()
                    .addKeyValue("error", words(errno))
                    .addKeyValue("file", directory)
                    .log("the directory cannot be watched; changes are found by polling only");
        }
    }
}
