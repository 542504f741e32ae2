package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/// One line per transition, for logs and pipes: `shop/web/1 starting`. That is the newest container in its place.
/// Those that it replaces, which a restart makes of the same revision, are told by name, from their first change on.
final class TransitionLines implements Progress {
    private final Consumer<String> lines;
    private final Map<String, String> told = new LinkedHashMap<>();
    private final Map<String, ReplicaWord> seen = new LinkedHashMap<>();
    /// The newest container of each place, by its subject.
    private final Map<String, String> newest = new LinkedHashMap<>();
    private String image = "";
    private String cause = "";

    TransitionLines(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void show(ServiceStatus now, String why, Duration waited) {
        invalid(now);
        image(now);
        Set<String> there = new TreeSet<>();
        List<ReplicaWord> words = ReplicaWord.of(now);
        place(words);
        for (ReplicaWord replica : words) {
            there.add(replica.container());
            ReplicaWord before = seen.put(replica.container(), replica);
            if (replica.current() && replica.container().equals(newest.get(replica.subject()))) {
                tell(replica.subject(), replica.word());
            } else if (before != null) {
                tell(replica.subject() + " " + replica.container(), before.word(), replica.word());
            }
        }
        seen.values().removeIf(replica -> {
            boolean gone = !there.contains(replica.container());
            if (gone) {
                gone(replica);
            }
            return gone;
        });
    }

    /// Finds who is the newest in its place: who came since the last look, started last where several did.
    private void place(List<ReplicaWord> words) {
        Map<String, ReplicaWord> came = new LinkedHashMap<>();
        for (ReplicaWord replica : words) {
            ReplicaWord before = seen.get(replica.container());
            boolean vacant =
                    words.stream().noneMatch(w -> w.current() && w.container().equals(newest.get(replica.subject())));
            if (replica.current() && (vacant || before == null || !before.current())) {
                came.merge(replica.subject(), replica, BinaryOperator.maxBy(ReplicaWord.BY_START));
            }
        }
        came.forEach((subject, replica) -> {
            if (!replica.container().equals(newest.put(subject, replica.container()))) {
                told.remove(subject);
            }
        });
    }

    /// A status does not tell whether a container that left it is kept for a way back or removed; only what never ran
    /// is not kept.
    private void gone(ReplicaWord replica) {
        String subject = replica.subject() + " " + replica.container();
        if (replica.word().equals("created")) {
            tell(subject, "removed");
        } else if (!replica.word().equals("exited")) {
            tell(subject, "stopped");
        }
    }

    private void invalid(ServiceStatus now) {
        String trouble = now.condition(Type.SourceValid)
                .filter(c -> c.status() == Status.False)
                .map(Condition::message)
                .orElse("");
        if (!trouble.isEmpty() && !trouble.equals(cause)) {
            line("%s the file is not used: %s".formatted(now.service(), trouble));
        }
        cause = trouble;
    }

    /// By reason, because the message may count bytes.
    private void image(ServiceStatus now) {
        Condition missing = now.condition(Type.ImageAvailable)
                .filter(c -> c.status() == Status.False)
                .orElse(null);
        String reason = missing == null ? "" : missing.reason();
        if (missing != null && !reason.equals(image)) {
            line("%s %s".formatted(now.service(), missing.message()));
        }
        image = reason;
    }

    private void tell(String subject, String first, String word) {
        told.putIfAbsent(subject, first);
        tell(subject, word);
    }

    private void tell(String subject, String word) {
        if (!word.equals(told.put(subject, word))) {
            line(subject + " " + word);
        }
    }

    private void line(String line) {
        lines.accept(Text.clean(line));
    }

    @Override
    public void end() {
        // Every line is out.
    }
}
