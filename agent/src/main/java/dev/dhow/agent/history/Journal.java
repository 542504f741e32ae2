package dev.dhow.agent.history;

import dev.dhow.agent.json.Json;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.api.spec.Names;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RolloutStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What is remembered of each service, one file each: a damaged one costs one service's history and nothing that runs.
///
/// What cannot be the name of a service, such as that of a badly named file, has no journal: it never has a revision.
public final class Journal {
    private static final String SUFFIX = ".journal";

    private final Path directory;

    /// @param state the state directory, which nobody else uses
    public Journal(Path state) {
        directory = state.resolve("journal");
    }

    /// What was found of a service.
    ///
    /// @param problem what is lost, or cannot be read now, for people; empty: nothing
    /// @param known false: something is stored and cannot be read now, so that nothing may be stored over it
    public record Loaded(Chronicle chronicle, String problem, boolean known) {}

    /// Reads what is remembered of a service; where nothing usable is stored, that is an empty chronicle.
    public Loaded load(String service) {
        if (!Names.valid(service)) {
            return new Loaded(Chronicle.EMPTY, "", true);
        }
        Path file = file(service);
        return switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Absent _ -> new Loaded(Chronicle.EMPTY, "", true);
            case AtomicFile.Content.Unreadable(String reason) -> new Loaded(Chronicle.EMPTY, reason, false);
            case AtomicFile.Content.Damaged(String reason) -> lost(file, reason);
            case AtomicFile.Content.Intact(byte[] bytes) -> parse(file, bytes);
        };
    }

    private static Loaded parse(Path file, byte[] bytes) {
        try {
            return new Loaded(Json.read(new String(bytes, StandardCharsets.UTF_8), Chronicle.class), "", true);
        } catch (IOException e) {
            return lost(file, "%s is not of this agent".formatted(file));
        }
    }

    private static Loaded lost(Path file, String reason) {
        return new Loaded(Chronicle.EMPTY, "%s; %s".formatted(reason, AtomicFile.setAside(file)), true);
    }

    /// Stores what is remembered of a service from now on.
    public Saved save(String service, Chronicle chronicle) {
        if (!Names.valid(service)) {
            return new Saved.Done();
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            return new Saved.Failed("%s cannot be made: %s".formatted(directory, AtomicFile.reason(e)));
        }
        return AtomicFile.write(file(service), fitting(withoutOutput(chronicle)));
    }

    /// A history may say more than is read back: then the oldest texts go, and with them the way back to just these.
    private static byte[] fitting(Chronicle whole) {
        Chronicle chronicle = whole;
        byte[] bytes = bytes(chronicle);
        while (bytes.length > AtomicFile.MOST) {
            Chronicle less = withoutOldestText(chronicle);
            if (less.equals(chronicle)) {
                return bytes;
            }
            chronicle = less;
            bytes = bytes(chronicle);
        }
        return bytes;
    }

    private static byte[] bytes(Chronicle chronicle) {
        return Json.write(chronicle).getBytes(StandardCharsets.UTF_8);
    }

    private static Chronicle withoutOldestText(Chronicle chronicle) {
        String back = chronicle.back() == null ? "" : chronicle.back().revision();
        List<Chronicle.Entry> entries = new ArrayList<>(chronicle.entries());
        Stream.concat(
                        // What somebody went back to serves now.
                        entries.stream().filter(e -> !e.revision().equals(back)),
                        entries.stream().filter(e -> e.revision().equals(back)))
                .filter(e -> e.text() != null)
                .findFirst()
                .ifPresent(oldest -> entries.replaceAll(e -> e.equals(oldest) ? e.withoutText() : e));
        return chronicle.withEntries(entries);
    }

    /// What a program printed or answered may hold a secret, and is nothing that has to outlive the agent.
    private static Chronicle withoutOutput(Chronicle chronicle) {
        return chronicle.withEntries(chronicle.entries().stream()
                .map(e -> e.with(quiet(e.rollout())))
                .toList());
    }

    private static RolloutStatus quiet(RolloutStatus rollout) {
        CheckResult check = rollout.lastCheck();
        LastExit exit = rollout.lastExit();
        return new RolloutStatus(
                rollout.revision(),
                rollout.reason(),
                rollout.outcome(),
                rollout.startedAt(),
                rollout.endedAt(),
                rollout.cause(),
                check == null ? null : check.withoutBody(),
                exit == null ? null : new LastExit(exit.code(), exit.oomKilled(), exit.at(), List.of()),
                rollout.container(),
                List.of());
    }

    /// Forgets a service that is gone for good.
    public Saved forget(String service) {
        return Names.valid(service) ? AtomicFile.delete(file(service)) : new Saved.Done();
    }

    private Path file(String service) {
        return directory.resolve(service + SUFFIX);
    }
}
