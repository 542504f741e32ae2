package dev.dhow.agent.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One file over time: what it says counts once two readings agree, and what cannot be read or means nothing leaves the
/// last good one in force. Looked at by one thread, asked by any.
///
/// @param <T> what it says
public final class Watched<T> {
    private static final Logger log = LoggerFactory.getLogger(Watched.class);
    /// The least time between two readings that agree, so that a file that is being written is not believed.
    static final Duration SETTLE = Duration.ofMillis(250);

    private final String key;
    private final Path file;
    private final Reading<T> reading;
    private final Runnable changed;
    private @Nullable Object settled;
    private @Nullable Found seen;
    private @Nullable Found judged;
    private Duration seenAt = Duration.ZERO;
    private volatile @Nullable T now;
    private volatile @Nullable String problem;

    /// What one look found.
    ///
    /// @param bytes null: none could be read
    /// @param problem null: none
    private record Found(
            byte @Nullable [] bytes,
            boolean absent,
            @Nullable String problem) {
        boolean same(@Nullable Found other) {
            return other != null
                    && absent == other.absent
                    && Arrays.equals(bytes, other.bytes)
                    && String.valueOf(problem).equals(String.valueOf(other.problem));
        }
    }

    /// @param key the key that names the file, for messages
    /// @param changed called when something else counts
    Watched(String key, Path file, Reading<T> reading, Runnable changed) {
        this.key = key;
        this.file = file;
        this.reading = reading;
        this.changed = changed;
    }

    /// What it says; null: nothing good was ever read.
    public @Nullable T now() {
        return now;
    }

    /// Why what is in the file does not count; null: it does.
    public @Nullable String problem() {
        return problem;
    }

    /// Looks at the file, which costs one system call where nothing changed.
    ///
    /// @param time monotonic
    /// @param atOnce believe this reading
    /// @return whether no further look is due soon
    boolean look(Disk disk, Duration time, boolean atOnce) {
        Object stamp = stamp();
        if (stamp.equals(settled)) {
            return true;
        }
        Found found = read(disk);
        if (!found.same(seen)) {
            seen = found;
            seenAt = time;
            if (!atOnce) {
                return false;
            }
        } else if (time.minus(seenAt).compareTo(SETTLE) < 0) {
            return false;
        }
        // Taken before the reading, so that what is written meanwhile shows at the next look.
        // What cannot be read is tried each time: what keeps it from that need not show in the stamp.
        settled = found.bytes() == null && !found.absent() ? null : stamp;
        if (!found.same(judged)) {
            judged = found;
            judge(found);
        }
        return true;
    }

    private void judge(Found found) {
        String why = found.problem();
        T good = null;
        byte[] bytes = found.bytes();
        if (bytes != null) {
            try {
                good = reading.of(bytes);
            } catch (UnfitFile e) {
                why = e.getMessage();
            }
        } else if (found.absent()) {
            good = reading.absent();
        }
        if (good == null) {
            problem = why;
            log.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("file", file)
                    .addKeyValue("error", why)
                    .addKeyValue("in_force", now == null ? "nothing" : "the last good one")
                    .log("file not taken");
            return;
        }
        problem = null;
        now = good;
        if (bytes != null) {
            log.atInfo().addKeyValue("key", key).addKeyValue("file", file).log("file taken");
        }
        changed.run();
    }

    private Found read(Disk disk) {
        try {
            return new Found(disk.read(file), false, null);
        } catch (NoSuchFileException _) {
            return new Found(null, true, "it is missing; put it there, or correct the path");
        } catch (IOException e) {
            return new Found(null, false, disk.why(file, e));
        }
    }

    /// What shows without reading that the file, or who may read it, changed; links are followed.
    private Object stamp() {
        try {
            return Map.copyOf(Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,ino,dev"));
        } catch (IOException e) {
            return e.getClass();
        }
    }
}
