package dev.dhow.agent.reconcile;

import dev.dhow.agent.history.Journal;
import dev.dhow.agent.history.Saved;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.KeptFile;
import dev.dhow.api.spec.ServiceSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is remembered of one service, in memory and on the disk. A disk that takes nothing disturbs nothing: what was
/// not stored is tried again with each pass.
///
/// What is stored and cannot be read now is not known, not lost: it is read again with each pass, nothing is stored
/// over
/// it, and the service is left as it is meanwhile, for it may be held or have failed.
final class Remembered {
    private static final Logger log = LoggerFactory.getLogger(Remembered.class);

    private final String service;
    private final Rooms rooms;
    private volatile Chronicle chronicle;
    private volatile @Nullable Read read;
    private boolean dirty;
    private boolean known;
    private @Nullable String failure;

    /// What the remembered files said when they were read last.
    ///
    /// @param specs by revision
    /// @param problems why others could not be read, by revision
    record Read(
            Desired desired,
            List<Chronicle.Entry> entries,
            Map<String, ServiceSpec> specs,
            Map<String, String> problems) {}

    Remembered(String service, Rooms rooms) {
        this.service = service;
        this.rooms = rooms;
        chronicle = load();
    }

    private Chronicle load() {
        Journal.Loaded loaded = rooms.journal().load(service);
        known = loaded.known();
        if (known && !loaded.problem().isEmpty()) {
            log.atWarn()
                    .addKeyValue("service", service)
                    .addKeyValue("error", loaded.problem())
                    .log("the service's history is lost; what runs is not affected");
        }
        if (!known && !loaded.problem().equals(failure)) {
            failure = loaded.problem();
            log.atWarn()
                    .addKeyValue("service", service)
                    .addKeyValue("error", loaded.problem())
                    .log("the service's history cannot be read; the service is left as it is until it can");
        }
        return known ? loaded.chronicle() : Chronicle.EMPTY.withHeld(true);
    }

    /// Reads again what could not be read.
    ///
    /// @return whether it is known only now
    synchronized boolean readAgain() {
        if (known) {
            return false;
        }
        Chronicle loaded = load();
        if (known) {
            chronicle = loaded;
            dirty = false;
            failure = null;
            log.atInfo().addKeyValue("service", service).log("the service's history is read");
        }
        return known;
    }

    Chronicle chronicle() {
        return chronicle;
    }

    boolean progressing() {
        return chronicle.last().filter(Chronicle.Entry::progressing).isPresent();
    }

    /// Remembers this from now on.
    ///
    /// @return whether it is stored
    synchronized boolean keep(Chronicle newer) {
        dirty |= !newer.equals(chronicle);
        chronicle = newer;
        if (dirty && known) {
            store(rooms.journal().save(service, newer));
        }
        return known && !dirty;
    }

    /// Remembers what a request changes if that can be stored; else nothing changes, and the request is refused.
    synchronized Requests.Reply stored(Requests.Reply reply) {
        Chronicle before = chronicle;
        if (!reply.accepted() || keep(reply.chronicle())) {
            return reply;
        }
        String why = "nothing is done, because it was not stored: %s; mend that and ask again".formatted(failure);
        keep(before);
        return new Requests.Reply(false, why, before, reply.memory());
    }

    private void store(Saved saved) {
        switch (saved) {
            case Saved.Done _ -> {
                dirty = false;
                if (failure != null) {
                    failure = null;
                    log.atInfo().addKeyValue("service", service).log("the service's history is stored again");
                }
            }
            case Saved.Failed(String reason) -> {
                if (!reason.equals(failure)) {
                    failure = reason;
                    log.atWarn()
                            .addKeyValue("service", service)
                            .addKeyValue("error", reason)
                            .log("the service's history could not be stored; nothing that runs is affected");
                }
            }
        }
    }

    /// What the remembered revisions say, with the secrets of now; read again when the file or the history changed,
    /// and as long as the one that somebody went back to cannot be read.
    Read files(Desired desired) {
        Read before = read;
        Chronicle now = chronicle;
        List<Chronicle.Entry> entries = now.entries();
        boolean same = before != null
                && before.desired().equals(desired)
                && before.entries().equals(entries);
        Chronicle.Back back = now.back();
        if (before != null && same && (back == null || before.specs().containsKey(back.revision()))) {
            return before;
        }
        Map<String, ServiceSpec> specs = new HashMap<>();
        Map<String, String> problems = new HashMap<>();
        for (Chronicle.Entry entry : entries.reversed()) {
            if (!specs.containsKey(entry.revision())) {
                KeptFile file =
                        entry.text() == null ? KeptFile.NONE : rooms.texts().apply(entry.text());
                if (file.spec() == null) {
                    problems.putIfAbsent(entry.revision(), file.problem());
                } else {
                    specs.put(entry.revision(), file.spec());
                }
            }
        }
        Read newer = new Read(desired, entries, Map.copyOf(specs), Map.copyOf(problems));
        read = newer;
        return newer;
    }

    /// The service is gone for good, and its history with it.
    synchronized void forget() {
        chronicle = Chronicle.EMPTY;
        dirty = false;
        store(rooms.journal().forget(service));
    }
}
