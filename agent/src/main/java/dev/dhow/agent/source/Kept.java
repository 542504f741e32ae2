package dev.dhow.agent.source;

import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.history.Saved;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.ServiceText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last good file of every service: the spec in memory, the text in the state directory.
///
/// A write that fails changes nothing but what the next start of the agent knows; it is tried again with each
/// reading.
final class Kept {
    private static final Logger log = LoggerFactory.getLogger(Kept.class);

    private final LastGood store;
    private final Texts texts;
    private final Map<String, LastGood.Entry> entries;
    private final Map<String, Manifest> manifests = new HashMap<>();
    private final Set<String> dirty = new HashSet<>();
    private @Nullable String directory;
    private @Nullable String storedDirectory;
    private @Nullable String failure;

    /// Reads what is stored.
    Kept(LastGood store, Texts texts) {
        this.store = store;
        this.texts = texts;
        LastGood.Stored stored = store.load();
        stored.problems()
                .forEach(problem ->
                        log.atWarn().addKeyValue("error", problem).log("part of the last good state is lost"));
        this.entries = new HashMap<>(stored.entries());
        this.storedDirectory = store.sourceDirectory().orElse(null);
        this.directory = storedDirectory;
    }

    /// The services with a last good file.
    Set<String> services() {
        return Set.copyOf(entries.keySet());
    }

    /// Where the files came from, and whose removal was held back.
    Absence.Remembered remembered() {
        return directory == null ? Absence.Remembered.NOTHING : Absence.Remembered.parse(directory);
    }

    /// What the last good file says; null: there is none, or it cannot be read any more, such as when a
    /// file that it names is gone.
    @Nullable
    Manifest manifest(String service, WatchedFiles others) {
        LastGood.Entry entry = entries.get(service);
        Manifest known = manifests.get(service);
        if (known != null || entry == null) {
            return known;
        }
        FileContent.Text text = FileContent.Text.of(entry.text(), false);
        Manifest read = texts.parse(entry.shownName(), service, text, entry.directory(), others)
                .manifest();
        if (!read.valid()) {
            return null;
        }
        manifests.put(service, read);
        return read;
    }

    /// What [#manifest] says, with its text.
    @Nullable
    Declared declared(String service, WatchedFiles others) {
        Manifest manifest = manifest(service, others);
        LastGood.Entry entry = entries.get(service);
        if (manifest == null || manifest.spec() == null) {
            return null;
        }
        return entry == null ? Declared.of(manifest.spec()) : new Declared(manifest.spec(), text(entry));
    }

    private static ServiceText text(LastGood.Entry entry) {
        return new ServiceText(
                entry.shownName(), entry.directory().toString(), new String(entry.text(), StandardCharsets.UTF_8));
    }

    /// A file that was not refused is from now on the last good one.
    void accept(Outcome.Valid valid, Path from) {
        String service = valid.spec().name();
        manifests.put(service, valid.manifest());
        LastGood.Entry now = new LastGood.Entry(
                service, valid.shownName(), from, valid.text().bytes());
        LastGood.Entry before = entries.put(service, now);
        if (before == null || !same(before, now)) {
            dirty.add(service);
        }
    }

    /// A file that is the last good one already needs no reading to know what that says.
    void recognise(Outcome.Valid valid) {
        LastGood.Entry entry = entries.get(valid.spec().name());
        if (entry != null && Arrays.equals(entry.text(), valid.text().bytes())) {
            manifests.putIfAbsent(valid.spec().name(), valid.manifest());
        }
    }

    /// The service's file is gone for good.
    void forget(String service) {
        manifests.remove(service);
        if (entries.remove(service) != null) {
            dirty.add(service);
        }
    }

    /// The files come from this directory, and the removal of these services is held back.
    void remember(Absence.Remembered now) {
        directory = now.text();
    }

    /// Writes what changed since the last time that worked.
    void store() {
        String failed = null;
        for (String service : Set.copyOf(dirty)) {
            LastGood.Entry entry = entries.get(service);
            switch (entry == null ? store.forget(service) : store.save(entry)) {
                case Saved.Done _ -> dirty.remove(service);
                case Saved.Failed(String reason) -> failed = reason;
            }
        }
        if (directory != null && !directory.equals(storedDirectory)) {
            switch (store.saveSourceDirectory(directory)) {
                case Saved.Done _ -> storedDirectory = directory;
                case Saved.Failed(String reason) -> failed = reason;
            }
        }
        tell(failed);
    }

    private void tell(@Nullable String failed) {
        if (!Objects.equals(failure, failed)) {
            failure = failed;
            if (failed == null) {
                log.atInfo().log("the last good state is stored again");
            } else {
                log.atWarn()
                        .addKeyValue("error", failed)
                        .log("the last good state could not be stored; nothing that runs is affected");
            }
        }
    }

    private static boolean same(LastGood.Entry one, LastGood.Entry other) {
        return one.shownName().equals(other.shownName())
                && one.directory().equals(other.directory())
                && Arrays.equals(one.text(), other.text());
    }
}
