package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a service's earlier passes leave for the next: how often something was tried. It lives as long as the agent;
/// without it the next try comes at once.
///
/// @param failures steps that failed the last time, by subject, verb and object
/// @param starts containers started again, and containers made for a release command, by subject
/// @param restarts containers restarted for a failing check, by subject
/// @param pulls images fetched, by subject and image
/// @param watch the revision that is watched after its last switch; null: none is
/// @param beginning what was there when the newest rollout began; null: none was seen to begin
/// @param away runs that had ended when the engine was seen last, before it was away; null: it was not
/// @param moments what time alone brings
public record Memory(
        Map<String, Failure> failures,
        Map<String, Attempts> starts,
        Map<String, Attempts> restarts,
        Map<String, Attempts> pulls,
        @Nullable Watch watch,
        @Nullable Beginning beginning,
        @Nullable Set<String> away,
        Moments moments) {
    /// Nothing happened yet.
    public static final Memory NONE =
            new Memory(Map.of(), Map.of(), Map.of(), Map.of(), null, null, null, Moments.NONE);

    /// Copies the collections.
    public Memory {
        failures = Map.copyOf(failures);
        starts = Map.copyOf(starts);
        restarts = Map.copyOf(restarts);
        pulls = Map.copyOf(pulls);
        away = away == null ? null : Set.copyOf(away);
    }

    /// A step that failed.
    ///
    /// @param count how often in a row
    /// @param until when it may be tried again, monotonic
    public record Failure(
            String subject,
            String verb,
            String object,
            int count,
            Duration until,
            RuntimeFailure.Kind kind,
            String message) {
        /// Whether it was the fetching of an image.
        boolean ofPull() {
            return verb.equals(Wait.PULL);
        }
    }

    /// Tries of something that worked.
    ///
    /// @param last when the last one was, monotonic
    public record Attempts(int count, Duration last) {}

    /// A revision that is all there and is watched for a while.
    ///
    /// @param since monotonic
    public record Watch(String revision, Duration since) {}

    /// What was there when a rollout began.
    ///
    /// @param revision whose
    /// @param at when, as the history has it
    /// @param ended runs that had ended by then: their ends say nothing of it
    /// @param alive ids of containers that were up by then
    public record Beginning(String revision, Instant at, Set<String> ended, Set<String> alive) {
        /// Copies the sets.
        public Beginning {
            ended = Set.copyOf(ended);
            alive = Set.copyOf(alive);
        }

        /// Whether that is the beginning of this rollout.
        boolean of(Entry entry) {
            return revision.equals(entry.revision())
                    && at.equals(entry.rollout().startedAt());
        }

        /// Whether it had ended by then, and was not started since.
        boolean endedBefore(ObservedContainer container) {
            return !container.alive() && ended.contains(run(container));
        }

        /// One run of a container. Told apart by its start, which is not compared with any clock of ours.
        static String run(ObservedContainer container) {
            return container.id() + " " + container.startedAt();
        }
    }

    /// The same with what was there when the newest rollout began, by the first look since the engine was away.
    Memory beginning(Beginning other) {
        return new Memory(failures, starts, restarts, pulls, watch, other, null, moments);
    }

    /// What is left while the engine is away: nobody watches, and what ends meanwhile may end with it.
    ///
    /// @param seen the containers as they were when it was seen last
    public Memory away(List<ObservedContainer> seen) {
        Set<String> ended =
                seen.stream().filter(c -> !c.alive()).map(Beginning::run).collect(Collectors.toSet());
        return new Memory(failures, starts, restarts, pulls, null, beginning, away == null ? ended : away, moments);
    }

    /// What is left where the engine may have been away between two readings.
    public Memory between(Observed before, Observed now, String service) {
        return before.losses() == now.losses() ? this : away(before.of(service));
    }

    /// What is left where nothing is under way that an engine could have taken.
    Memory idle() {
        return new Memory(failures, starts, restarts, pulls, null, beginning, null, moments);
    }

    /// Whether a container ended while the engine was away.
    boolean taken(ObservedContainer container) {
        return away != null && !container.alive() && !away.contains(Beginning.run(container));
    }

    Memory watching(@Nullable Watch other) {
        return new Memory(failures, starts, restarts, pulls, other, beginning, away, moments);
    }

    Memory with(Moments others) {
        return new Memory(failures, starts, restarts, pulls, watch, beginning, away, others);
    }

    /// What is left when every wait after a failure is forgotten.
    Memory forgetting() {
        return NONE.with(moments);
    }

    /// Whether an image was fetched since the agent's start, or since it was asked for anew.
    public boolean pulled(String image) {
        return pulls.keySet().stream().anyMatch(key -> key.endsWith(" " + image));
    }

    /// What is left when images are to be fetched anew.
    Memory withoutPulls() {
        return new Memory(failures, starts, restarts, Map.of(), watch, beginning, away, moments)
                .withoutFailures(Failure::ofPull);
    }

    /// What is left once only pulls of those images are remembered.
    ///
    /// @param images references
    Memory withPullsOf(Set<String> images) {
        Map<String, Attempts> kept = pulls.entrySet().stream()
                .filter(e -> images.contains(e.getKey().substring(e.getKey().indexOf(' ') + 1)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new Memory(failures, starts, restarts, kept, watch, beginning, away, moments);
    }

    /// What is left once those failures are forgotten.
    Memory withoutFailures(Predicate<Failure> forgotten) {
        Map<String, Failure> others = failures.entrySet().stream()
                .filter(e -> !forgotten.test(e.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new Memory(others, starts, restarts, pulls, watch, beginning, away, moments);
    }

    Optional<Failure> failure(Step step) {
        return Optional.ofNullable(failures.get(key(step)));
    }

    Attempts starts(String subject) {
        return starts.getOrDefault(subject, new Attempts(0, Duration.ZERO));
    }

    /// What is left once nothing of that place is tried any more.
    Memory withoutStarts(String subject) {
        if (!starts.containsKey(subject)) {
            return this;
        }
        Map<String, Attempts> others = new HashMap<>(starts);
        others.remove(subject);
        return new Memory(failures, others, restarts, pulls, watch, beginning, away, moments);
    }

    Attempts pulls(String subject, String image) {
        return pulls.getOrDefault(subject + " " + image, new Attempts(0, Duration.ZERO));
    }

    Attempts restarts(String subject) {
        return restarts.getOrDefault(subject, new Attempts(0, Duration.ZERO));
    }

    /// What is left for the next pass after these outcomes.
    ///
    /// @param jitter 0 to 1, spreads the tries of many agents
    public Memory after(List<Outcome> outcomes, Duration now, double jitter) {
        Map<String, Failure> failed = new HashMap<>(failures);
        Map<String, Attempts> started = new HashMap<>(starts);
        Map<String, Attempts> restarted = new HashMap<>(restarts);
        Map<String, Attempts> pulled = new HashMap<>(pulls);
        Moments left = moments;
        for (Outcome outcome : outcomes) {
            Step step = outcome.step();
            switch (outcome) {
                case Outcome.Done _ -> {
                    failed.remove(key(step));
                    switch (step) {
                        case Step.Create create
                        when Owner.RELEASE.equals(create.request().owner().task()) ->
                            count(started, step.subject(), now);
                        case Step.Create create
                        when Owner.RUN.equals(create.request().owner().task()) ->
                            left = left.taken(create.request().owner().role());
                        case Step.Create _ -> {
                            started.remove(step.subject());
                            restarted.remove(step.subject());
                        }
                        case Step.Start start when start.id() != null -> count(started, step.subject(), now);
                        case Step.Restart _ -> count(restarted, step.subject(), now);
                        case Step.Pull pull -> count(pulled, pull.subject() + " " + pull.image(), now);
                        default -> {}
                    }
                }
                case Outcome.Failed failure ->
                    failed.merge(
                            key(step),
                            failure(failure, 1, now, jitter),
                            (old, _) -> failure(failure, old.count() + 1, now, jitter));
            }
        }
        return new Memory(failed, started, restarted, pulled, watch, beginning, away, left);
    }

    /// Forgets what has been good for long enough, and failures that nothing tried again for as long.
    ///
    /// @param ready subjects that are ready now
    Memory refreshed(Set<String> ready, Duration now) {
        Map<String, Failure> recent = failures.entrySet().stream()
                .filter(e -> now.minus(e.getValue().until()).compareTo(Backoff.GOOD) < 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new Memory(
                recent,
                stillRecent(starts, ready, now),
                stillRecent(restarts, ready, now),
                pulls,
                watch,
                beginning,
                away,
                moments);
    }

    private static Map<String, Attempts> stillRecent(Map<String, Attempts> all, Set<String> ready, Duration now) {
        return all.entrySet().stream()
                .filter(e -> !ready.contains(e.getKey())
                        || now.minus(e.getValue().last()).compareTo(Backoff.GOOD) < 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void count(Map<String, Attempts> all, String subject, Duration now) {
        all.merge(subject, new Attempts(1, now), (old, _) -> new Attempts(old.count() + 1, now));
    }

    private static Failure failure(Outcome.Failed outcome, int count, Duration now, double jitter) {
        Step step = outcome.step();
        Duration usual = Backoff.afterFailure(outcome.kind(), count);
        Duration asked = outcome.retryAfter();
        Duration delay = asked != null && asked.compareTo(usual) > 0 ? asked : usual;
        Duration spread = Duration.ofMillis((long) (delay.toMillis() * 0.2 * jitter));
        return new Failure(
                step.subject(),
                step.verb(),
                step.object(),
                count,
                now.plus(delay).plus(spread),
                outcome.kind(),
                outcome.message());
    }

    private static String key(Step step) {
        return step.subject() + " " + step.verb() + " " + step.object();
    }
}
