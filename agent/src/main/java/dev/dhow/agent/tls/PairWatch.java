package dev.dhow.agent.tls;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.status.CertificateStatus.Source;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every pair of files over time: those of the directory, and those that roles name. Not thread-safe.
final class PairWatch {
    private static final Logger log = LoggerFactory.getLogger(PairWatch.class);

    private final Path directory;
    private final Ticker ticker;
    private final Map<Path, Listed> listed = new TreeMap<>();
    private final Map<PairFiles, WatchedPair> named = new HashMap<>();

    PairWatch(Path directory, Ticker ticker) {
        this.directory = directory;
        this.ticker = ticker;
    }

    /// What is there.
    ///
    /// @param directory pairs of the directory, by path
    /// @param named pairs that roles name
    /// @param problem why the directory cannot be listed; what it held before is still in force
    record Found(
            List<Held> directory,
            Map<PairFiles, Held> named,
            @Nullable String problem) {
        static final Found NOTHING = new Found(List.of(), Map.of(), null);

        Found {
            directory = List.copyOf(directory);
            named = Map.copyOf(named);
        }
    }

    /// A look, and whether another one is due soon because something is changing.
    record Look(Found found, boolean settled) {}

    private static final class Listed {
        private final WatchedPair pair = new WatchedPair(Source.DIRECTORY);
        private PairFiles files;
        private @Nullable Duration goneSince;

        Listed(PairFiles files) {
            this.files = files;
        }
    }

    /// Looks at all files.
    ///
    /// @param wanted those that roles name
    /// @param atOnce believe the first reading
    Look look(Collection<PairFiles> wanted, boolean atOnce) {
        Duration now = ticker.now();
        String problem = null;
        boolean settled = true;
        try {
            settled = list(PairDirectory.list(directory), now);
        } catch (NoSuchFileException _) {
            // Held all the same: a directory that is being replaced is no reason to serve nothing.
            problem = "there is no %s; make it, or set `proxy.certs` in agent.yaml".formatted(directory);
        } catch (IOException e) {
            problem = "%s cannot be listed: %s; make it readable for user %s"
                    .formatted(directory, PairFiles.reason(e), System.getProperty("user.name"));
        }
        List<Held> inDirectory = new ArrayList<>();
        for (Listed entry : listed.values()) {
            Held before = entry.pair.held(entry.files);
            settled &= entry.pair.look(entry.files, now, atOnce);
            add(inDirectory, tell(before, entry.pair.held(entry.files)));
        }
        named.keySet().retainAll(Set.copyOf(wanted));
        Map<PairFiles, Held> byRoles = new LinkedHashMap<>();
        for (PairFiles files : Set.copyOf(wanted)) {
            // One that nothing was read of yet serves nobody, so the first reading is better than none.
            boolean first = !named.containsKey(files);
            WatchedPair pair = named.computeIfAbsent(files, _ -> new WatchedPair(Source.FILES));
            Held before = pair.held(files);
            settled &= pair.look(files, now, atOnce || first);
            Held held = tell(before, pair.held(files));
            if (held != null) {
                byRoles.put(files, held);
            }
        }
        return new Look(new Found(inDirectory, byRoles, problem), settled);
    }

    /// Takes note of what a listing shows. What is missing counts as gone when it is missing twice.
    private boolean list(List<PairFiles> present, Duration now) {
        Map<Path, PairFiles> byPath = new HashMap<>();
        for (PairFiles files : present) {
            byPath.put(files.certificate(), files);
            Listed entry = listed.computeIfAbsent(files.certificate(), _ -> new Listed(files));
            entry.files = files;
            entry.goneSince = null;
        }
        boolean settled = true;
        for (Listed entry : List.copyOf(listed.values())) {
            Path path = entry.files.certificate();
            if (byPath.containsKey(path)) {
                continue;
            }
            if (entry.goneSince == null) {
                entry.goneSince = now;
            }
            if (now.minus(entry.goneSince).compareTo(WatchedPair.SETTLE) >= 0) {
                listed.remove(path);
                log.atInfo().addKeyValue("file", path).log("certificate gone");
            } else {
                settled = false;
            }
        }
        return settled;
    }

    private static void add(List<Held> all, @Nullable Held held) {
        if (held != null) {
            all.add(held);
        }
    }

    private static @Nullable Held tell(@Nullable Held before, @Nullable Held now) {
        if (now == null || now.equals(before)) {
            return now;
        }
        if (now.problem() != null) {
            log.atWarn()
                    .addKeyValue("file", now.place())
                    .addKeyValue("error", now.problem())
                    .log("certificate not taken");
        } else {
            log.atInfo()
                    .addKeyValue("file", now.place())
                    .addKeyValue("object", now.pair())
                    .log("certificate taken");
        }
        return now;
    }
}
