package dev.dhow.agent.source;

import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.api.status.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The services directory over time: one [Reading] after another becomes what every service wants.
///
/// It has no thread and no clock; [SourceLoop] steps it. The rules are in [Settling] (when a content counts),
/// [Absence] (when a missing file counts) and [Refusals] (who gives way); what is left here is to put them together.
/// Not safe for use by several threads.
public final class DirectorySource {
    private final Path directory;
    private final HostFiles disk;
    private final Texts texts;
    private final Refusals refusals;
    private final Containers containers;
    private final Kept kept;
    private final Settling settling = new Settling();
    private final Absence absence;
    private final Map<String, ServiceFile> files = new TreeMap<>();
    private final Set<String> removed = new TreeSet<>();
    /// Services that only Docker knows.
    private Set<String> orphans = Set.of();
    private @Nullable Duration firstEnded;
    private boolean listed;
    private SourceSnapshot snapshot = SourceSnapshot.NOTHING;
    private volatile Map<String, Manifest> inForce = Map.of();

    /// @param directory the services directory
    /// @param disk reads the files that service files name
    /// @param containers what Docker shows
    /// @param store what an earlier run of the agent left
    DirectorySource(
            Path directory,
            ManifestReader reader,
            ConflictCheck conflicts,
            Containers containers,
            HostFiles disk,
            LastGood store) {
        this.directory = directory.toAbsolutePath().normalize();
        this.disk = disk;
        this.texts = new Texts(reader);
        this.refusals = new Refusals(conflicts, containers::runs);
        this.containers = containers;
        this.kept = new Kept(store, texts);
        Absence.Remembered before = kept.remembered();
        this.absence = new Absence(before.trusted(), new Brake(kept.services(), before.held()));
        kept.services().forEach(service -> files.put(service, new ServiceFile(service)));
    }

    /// A source that reads the real disk.
    public static DirectorySource open(
            Path directory, ManifestReader reader, ConflictCheck conflicts, Containers containers, LastGood store) {
        return open(directory, reader, conflicts, containers, RegularFile::read, store);
    }

    /// A source that reads the files that service files name in its own way.
    ///
    /// @param disk what it reads is watched from then on
    public static DirectorySource open(
            Path directory,
            ManifestReader reader,
            ConflictCheck conflicts,
            Containers containers,
            HostFiles disk,
            LastGood store) {
        return new DirectorySource(directory, reader, conflicts, containers, disk, store);
    }

    /// Takes one reading.
    ///
    /// @param moved names that the kernel reported as renamed into place before the reading, and as nothing
    ///     else
    ///     since
    SourceSnapshot step(Reading reading, Set<String> moved) {
        WatchedFiles others = new WatchedFiles(disk);
        snapshot = switch (reading) {
            case Reading.Failed failed -> failed(failed.why(), others);
            case Reading.Listing listing -> listed(listing, moved, others);
        };
        return snapshot;
    }

    /// Somebody means the removal of these services: the next readings may remove them however many they are.
    void confirm(Collection<String> services) {
        absence.confirm(services);
    }

    /// Writes down what the last step accepted. Apart from the step, because it waits for the disk.
    void store() {
        kept.store();
    }

    /// When a further reading can tell more, if nothing changes; empty: not by itself.
    Optional<Duration> due() {
        return settling.due();
    }

    Path directory() {
        return directory;
    }

    /// Reads the files that service files name.
    HostFiles disk() {
        return disk;
    }

    private SourceSnapshot failed(String why, WatchedFiles others) {
        settling.restart();
        absence.broken();
        Map<String, Desired> services = new HashMap<>();
        files.keySet().forEach(service -> services.put(service, missing(service, why, others)));
        orphans.forEach(service -> services.put(service, missing(service, why, others)));
        removed.forEach(service -> services.put(service, new Desired.Removed(service)));
        return new SourceSnapshot(listed, services, absence.remembered().held(), why);
    }

    private SourceSnapshot listed(Reading.Listing reading, Set<String> moved, WatchedFiles others) {
        SortedMap<String, SortedMap<String, FileContent>> present = byService(reading);
        removed.removeAll(present.keySet());
        var context = new ServiceFile.Context(reading, directory, settling, texts, others);
        boolean settled = true;
        for (var found : present.entrySet()) {
            ServiceFile file = files.computeIfAbsent(found.getKey(), ServiceFile::new);
            settled &= file.observe(found.getValue(), moved, context);
        }
        settling.finish();
        if (firstEnded == null) {
            firstEnded = reading.ended();
        }
        // After the window, whoever still writes a file holds up that service only.
        listed |= settled || reading.begun().minus(firstEnded).compareTo(Settling.WINDOW) >= 0;
        // Asked once: what is an orphan must have something to lose.
        Optional<Set<String>> shown = containers.known();
        orphans = orphans(shown);
        Absence.Judgement judgement = absence.listed(reading, present.keySet(), files.keySet(), orphans, stakes(shown));
        Absence.Remembered remembered = absence.remembered();
        if (remembered.trusted() != null) {
            kept.remember(remembered);
        }
        judgement.removed().forEach(this::remove);
        if (!listed) {
            return new SourceSnapshot(false, snapshot.services(), judgement.held(), null);
        }
        String replaced = judgement.replaced() ? replaced(judgement.held()) : null;
        return new SourceSnapshot(
                true, services(present.keySet(), judgement.held(), replaced, others), judgement.held(), replaced);
    }

    private Map<String, Desired> services(
            Set<String> present, SortedSet<String> held, @Nullable String replaced, WatchedFiles others) {
        Map<String, Manifest> wanted = new TreeMap<>();
        files.forEach((service, file) -> {
            if (present.contains(service) && file.accepted() instanceof Outcome.Valid valid) {
                kept.recognise(valid);
                wanted.put(service, valid.manifest());
            }
        });
        Map<String, List<Problem>> refused = refusals.of(wanted, held(others));
        Map<String, Desired> services = new HashMap<>();
        files.forEach((service, file) -> services.put(
                service,
                present.contains(service)
                        ? there(service, file.accepted(), refused.get(service), others)
                        : missing(service, replaced == null ? gone(service, held) : replaced, others)));
        removed.forEach(service -> services.put(service, new Desired.Removed(service)));
        orphans.forEach(service -> services.putIfAbsent(
                service, missing(service, replaced == null ? gone(service, held) : replaced, others)));
        inForce = Map.copyOf(held(others));
        return services;
    }

    /// What is in force by the last reading, by service: what files say, else what the last good ones said. May be
    /// asked from any thread.
    Map<String, Manifest> inForce() {
        return inForce;
    }

    private Desired there(
            String service, @Nullable Outcome outcome, @Nullable List<Problem> refused, WatchedFiles others) {
        return switch (outcome) {
            case null -> missing(service, unsettled(service), others);
            case Outcome.Bad bad ->
                new Desired.Invalid(service, kept.declared(service, others), bad.readable(), bad.problems());
            case Outcome.Valid _
            when refused != null -> new Desired.Invalid(service, kept.declared(service, others), true, refused);
            case Outcome.Valid valid -> {
                kept.accept(valid, directory);
                yield new Desired.Wanted(
                        new Declared(valid.spec(), valid.textFrom(directory)),
                        valid.manifest().problems());
            }
        };
    }

    private Desired missing(String service, String why, WatchedFiles others) {
        return new Desired.Missing(service, kept.declared(service, others), why);
    }

    private Map<String, Manifest> held(WatchedFiles others) {
        Map<String, Manifest> held = new TreeMap<>();
        for (String service : files.keySet()) {
            Manifest manifest = kept.manifest(service, others);
            if (manifest != null) {
                held.put(service, manifest);
            }
        }
        return held;
    }

    /// Until Docker's list was read, those whose removal is held back are taken to be still there.
    private Set<String> orphans(Optional<Set<String>> shown) {
        Set<String> orphans = new TreeSet<>(shown.orElse(absence.remembered().held()));
        orphans.removeAll(files.keySet());
        orphans.removeAll(removed);
        return orphans;
    }

    private Stakes stakes(Optional<Set<String>> shown) {
        Set<String> known = new TreeSet<>(kept.services());
        shown.ifPresent(known::addAll);
        // What is accepted with this very reading counts too; what was refused by the last one does not.
        files.forEach((service, file) -> {
            boolean refused = snapshot.services().get(service) instanceof Desired.Invalid;
            if (file.accepted() instanceof Outcome.Valid && !refused) {
                known.add(service);
            }
        });
        return new Stakes(known, shown.isPresent());
    }

    private void remove(String service) {
        files.remove(service);
        kept.forget(service);
        removed.add(service);
    }

    private static SortedMap<String, SortedMap<String, FileContent>> byService(Reading.Listing reading) {
        SortedMap<String, SortedMap<String, FileContent>> services = new TreeMap<>();
        reading.files()
                .forEach((name, content) -> services.computeIfAbsent(FileNames.service(name), _ -> new TreeMap<>())
                        .put(name, content));
        return services;
    }

    private String gone(String service, SortedSet<String> held) {
        Path file = directory.resolve(service + ".yaml");
        if (held.contains(service)) {
            return ("%s is not there, and neither are the files of more than half of the services, so nothing is"
                            + " removed: put the files back, or run \"dhow confirm-removal\" to remove %s")
                    .formatted(file, String.join(", ", held));
        }
        return "%s is not there; its containers are kept until readings %d s apart agree"
                .formatted(file, Absence.WINDOW.toSeconds());
    }

    private String unsettled(String service) {
        return "the file of %s in %s is still being written; it counts once readings %d ms apart agree"
                .formatted(service, directory, Settling.WINDOW.toMillis());
    }

    private String replaced(Set<String> missing) {
        return ("%s is not the directory it was (another device or inode), so nothing is removed until it has the files"
                        + " of all services again, or \"dhow confirm-removal\" removes what is missing: %s")
                .formatted(directory, String.join(", ", missing));
    }
}
