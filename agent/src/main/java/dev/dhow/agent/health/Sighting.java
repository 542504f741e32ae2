package dev.dhow.agent.health;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What was seen of one container over time: its present run, and how its former ones ended. A pure fold over
/// observations; a run is one start of the process.
///
/// @param begun since when we watch, by the wall clock
/// @param startedAt of the run, as Docker says; null: it never ran
/// @param seenAt when the run was first seen, monotonic
/// @param ageThen how old it was then, by the wall clock; a start in the future counts as now
/// @param known whether the run began under our eyes, so that it was ready only if we saw it ready
/// @param everReady whether the run was ready once
/// @param diedUnready whether Docker restarted it by its policy after a run that never was ready
/// @param crashes when runs that count as crashes were noticed, monotonic, no older than [#WINDOW] at that time
/// @param restartCount Docker's, when last seen
/// @param restarting whether it was last seen between an end and a restart by Docker
record Sighting(
        Instant begun,
        @Nullable Instant startedAt,
        Duration seenAt,
        Duration ageThen,
        boolean known,
        boolean everReady,
        boolean diedUnready,
        List<Duration> crashes,
        int restartCount,
        boolean restarting) {
    /// That many crashes within [#WINDOW] are a loop.
    static final int LOOP = 3;
    /// Older crashes are forgotten.
    static final Duration WINDOW = Duration.ofMinutes(10);
    /// A run that lasts so long ends a loop.
    static final Duration STABLE = Duration.ofMinutes(1);

    /// Copies the list.
    Sighting {
        crashes = List.copyOf(crashes);
    }

    /// The first time that a container is seen.
    ///
    /// @param begun since when the watcher watches, by the wall clock
    static Sighting first(ObservedContainer container, Instant begun, Duration now, Instant wall) {
        Instant started = container.startedAt();
        return new Sighting(
                begun,
                started,
                now,
                age(started, wall),
                since(begun, started),
                false,
                false,
                List.of(),
                container.restartCount(),
                container.state() == RunState.RESTARTING);
    }

    /// The next time. Docker raises its restart count when a run ends, so an end can show before the next
    /// start.
    Sighting next(ObservedContainer container, Duration now, Instant wall) {
        boolean newRun = !Objects.equals(startedAt, container.startedAt());
        int grown = Math.max(0, container.restartCount() - restartCount);
        boolean nowRestarting = container.state() == RunState.RESTARTING;
        if (!newRun && grown == 0 && restarting == nowRestarting && restartCount == container.restartCount()) {
            return this;
        }
        List<Duration> ends = grown > 0 || newRun ? remembered(container, now) : crashes;
        // A start by hand after a run that was ready is no crash; after one that was not, it is another try.
        boolean byPolicy = grown > 0 || restarting;
        int added = newRun && !byPolicy && startedAt != null && known && !everReady ? 1 : Math.min(grown, LOOP);
        List<Duration> all = new ArrayList<>(ends);
        all.addAll(Collections.nCopies(added, now));
        if (!newRun) {
            return new Sighting(
                    begun,
                    startedAt,
                    seenAt,
                    ageThen,
                    known,
                    everReady,
                    diedUnready,
                    all,
                    container.restartCount(),
                    nowRestarting);
        }
        return new Sighting(
                begun,
                container.startedAt(),
                now,
                age(container.startedAt(), wall),
                // A first reading that failed may have left the start open.
                startedAt != null || since(begun, container.startedAt()),
                false,
                byPolicy && known && !everReady,
                all,
                container.restartCount(),
                nowRestarting);
    }

    /// The run is ready.
    Sighting ready() {
        return everReady
                ? this
                : new Sighting(
                        begun, startedAt, seenAt, ageThen, known, true, false, crashes, restartCount, restarting);
    }

    /// How old the run is. The wall clock is asked once, when the run is first seen: it may jump.
    Duration age(Duration now) {
        return ageThen.plus(now.minus(seenAt));
    }

    /// When the run reaches that age, monotonic.
    Duration reaches(Duration age) {
        return seenAt.plus(age.minus(ageThen));
    }

    /// Whether it ends again and again.
    boolean looping(Duration now) {
        return recent(now).size() >= LOOP && (restarting || age(now).compareTo(STABLE) < 0);
    }

    private List<Duration> remembered(ObservedContainer container, Duration now) {
        Instant started = startedAt;
        Instant finished = container.finishedAt();
        Duration lasted = started != null && finished != null && finished.isAfter(started)
                ? Duration.between(started, finished)
                : age(now);
        return lasted.compareTo(STABLE) >= 0 ? List.of() : recent(now);
    }

    private List<Duration> recent(Duration now) {
        return crashes.stream()
                .filter(at -> now.minus(at).compareTo(WINDOW) < 0)
                .toList();
    }

    private static boolean since(Instant begun, @Nullable Instant started) {
        return started == null || !started.isBefore(begun);
    }

    private static Duration age(@Nullable Instant started, Instant wall) {
        return started == null || started.isAfter(wall) ? Duration.ZERO : Duration.between(started, wall);
    }
}
