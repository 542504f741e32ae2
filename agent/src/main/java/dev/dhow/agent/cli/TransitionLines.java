package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ReplicaStatus.Traffic;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One line per transition, for logs and pipes: `shop/web/1 starting`. That is the newest container in its place.
/// Those that it replaces, which a restart makes of the same revision, are told by name, from their first change on.
///
/// A look comes only now and then. What lasts is told though nobody looked while it came: a container that is there was
/// created, one that has the traffic was ready, and one that is kept was stopped.
final class TransitionLines implements Progress {
    private static final String PULLED = "Pulled";

    private final Consumer<String> lines;
    private final Map<String, ReplicaWord> seen = new LinkedHashMap<>();
    /// The newest container of each place, by its subject.
    private final Map<String, String> newest = new LinkedHashMap<>();
    /// Those that were said to be kept.
    private final Set<String> kept = new LinkedHashSet<>();
    /// Whether it is known what was there before.
    private boolean begun;
    private String image = "";
    /// Whether that tells what was fetched: then it is no news that all are here.
    private boolean pulled;
    private String cause = "";

    TransitionLines(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void begin(@Nullable ServiceStatus before) {
        if (before != null) {
            cause = trouble(before);
            image = images(before).orElse(image);
            pulled = Goal.because(before, Type.ImageAvailable, PULLED);
            if (Goal.dockerAway(before)) {
                return;
            }
            List<ReplicaWord> words = ReplicaWord.of(before);
            place(words);
            words.forEach(replica -> seen.put(replica.container(), replica));
        }
        begun = true;
    }

    @Override
    public void show(ServiceStatus now, String why, Duration waited) {
        invalid(now);
        image(now);
        if (Goal.dockerAway(now)) {
            return;
        }
        List<ReplicaWord> words = ReplicaWord.of(now);
        place(words);
        words.stream()
                .collect(Collectors.groupingBy(ReplicaWord::subject, LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(this::tell);
        Set<String> there = words.stream().map(ReplicaWord::container).collect(Collectors.toSet());
        List<ReplicaWord> gone = seen.values().stream()
                .filter(replica -> !there.contains(replica.container()))
                .toList();
        gone.forEach(this::gone);
        gone.forEach(replica -> seen.remove(replica.container()));
        words.forEach(replica -> seen.put(replica.container(), replica));
        begun = true;
    }

    /// Finds who is the newest in its place: who came since the last look, started last where several did.
    private void place(List<ReplicaWord> words) {
        Map<String, ReplicaWord> came = new LinkedHashMap<>();
        for (ReplicaWord replica : words) {
            ReplicaWord before = seen.get(replica.container());
            boolean vacant =
                    words.stream().noneMatch(w -> w.current() && w.container().equals(newest.get(replica.subject())));
            boolean here = before != null && before.current() && !before.kept();
            if (replica.current() && !replica.kept() && (vacant || !here)) {
                came.merge(replica.subject(), replica, BinaryOperator.maxBy(ReplicaWord.BY_START));
            }
        }
        came.forEach((subject, replica) -> newest.put(subject, replica.container()));
    }

    /// Tells of one place, in the order in which it came about: what takes over does so before what it replaces goes,
    /// except where that had to go first.
    private void tell(List<ReplicaWord> containers) {
        containers.stream().filter(this::came).forEach(replica -> say(replica, "created"));
        List<ReplicaWord> staying =
                containers.stream().filter(c -> !c.leaving()).toList();
        List<ReplicaWord> leaving =
                containers.stream().filter(ReplicaWord::leaving).toList();
        List<ReplicaWord> first = leaving.stream()
                .filter(one -> staying.stream().anyMatch(one::endedBefore))
                .toList();
        first.forEach(this::changed);
        staying.forEach(this::changed);
        leaving.stream().filter(one -> !first.contains(one)).forEach(this::changed);
    }

    /// Whether it is told by its place alone.
    private boolean head(ReplicaWord replica) {
        return replica.current() && replica.container().equals(newest.get(replica.subject()));
    }

    private boolean came(ReplicaWord replica) {
        return begun && !seen.containsKey(replica.container());
    }

    private void changed(ReplicaWord now) {
        ReplicaWord before = seen.get(now.container());
        if (before == null && !begun) {
            if (head(now)) {
                say(now, now.word());
            }
        } else if (now.kept()) {
            keeping(before, now);
        } else {
            running(before, now);
        }
    }

    private void running(@Nullable ReplicaWord before, ReplicaWord now) {
        String word = before == null ? "created" : before.kept() ? "exited" : before.word();
        if (now.is(Traffic.SERVING) && (before == null || !before.is(Traffic.SERVING))) {
            if (!word.equals("ready")) {
                say(now, "ready");
            }
            say(now, "switched");
            word = "ready";
        }
        if (!now.word().equals(word)) {
            say(now, now.word());
        }
        for (Traffic passing : List.of(Traffic.DRAINING, Traffic.DRAINED)) {
            if (now.is(passing) && (before == null || !before.is(passing))) {
                say(now, passing.label());
            }
        }
    }

    private void keeping(@Nullable ReplicaWord before, ReplicaWord now) {
        if (before != null && before.kept()) {
            return;
        }
        if (now.is(Traffic.DRAINED) && (before == null || !before.is(Traffic.DRAINED))) {
            say(now, "drained");
        }
        say(now, before != null && over(before) ? "kept" : "stopped, kept");
        kept.add(now.container());
    }

    private void gone(ReplicaWord replica) {
        if (!replica.kept()) {
            say(replica, over(replica) ? "removed" : "stopped, removed");
        } else if (kept.remove(replica.container())) {
            say(replica, "removed");
        }
    }

    /// Whether no process of it is left to be stopped.
    private static boolean over(ReplicaWord replica) {
        return switch (replica.word()) {
            case "created", "exited", "dead", "removing" -> true;
            default -> false;
        };
    }

    private void invalid(ServiceStatus now) {
        String trouble = trouble(now);
        if (!trouble.isEmpty() && !trouble.equals(cause)) {
            line("%s the file is not used: %s".formatted(now.service(), trouble));
        }
        cause = trouble;
    }

    /// Why the file is not used; empty: it is.
    private static String trouble(ServiceStatus now) {
        return now.condition(Type.SourceValid)
                .filter(c -> c.status() == Status.False)
                .map(Condition::message)
                .orElse("");
    }

    private void image(ServiceStatus now) {
        images(now).ifPresent(word -> {
            if (!word.equals(image) && !(word.isEmpty() && pulled)) {
                now.condition(Type.ImageAvailable).ifPresent(c -> line("%s %s".formatted(now.service(), c.message())));
            }
            image = word;
            pulled = Goal.because(now, Type.ImageAvailable, PULLED);
        });
    }

    /// What there is to tell of its images. Why one is missing, by reason, because the message may count bytes; which
    /// were fetched; `""`: all are here; empty: nobody knows.
    private static Optional<String> images(ServiceStatus now) {
        return now.condition(Type.ImageAvailable)
                .filter(c -> c.status() != Status.Unknown)
                .map(c -> c.status() == Status.False ? c.reason() : c.reason().equals(PULLED) ? c.message() : "");
    }

    private void say(ReplicaWord replica, String word) {
        String subject = head(replica) ? replica.subject() : replica.subject() + " " + replica.container();
        line(subject + " " + word);
    }

    private void line(String line) {
        lines.accept(Text.clean(line));
    }

    @Override
    public void end() {
        // Every line is out.
    }
}
