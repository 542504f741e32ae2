package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Chronicle.Reasons;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says where the newest revision stands: begun, in force, failed, or overtaken by a newer one. What is said here is
/// stored before anything is done because of it.
public final class Rollouts {
    private Rollouts() {}

    /// What a look changed.
    ///
    /// @param memory with the time of watching
    public record Judged(Chronicle chronicle, Memory memory) {}

    /// Notes what is new before the checks are asked: another file, an image that was resolved, a hold that ended.
    /// Nothing begins while the service is left alone: nobody would see it end.
    public static Chronicle begin(PassInput input) {
        if (input.held()) {
            return input.chronicle();
        }
        Chronicle chronicle = endedHold(input, input.chronicle());
        chronicle = ImageUpdates.resolve(input, chronicle);
        PassInput now = input.with(chronicle);
        return now.goal().map(goal -> begin(now, goal)).orElse(chronicle);
    }

    private static Chronicle endedHold(PassInput input, Chronicle chronicle) {
        Chronicle.Back back = chronicle.back();
        boolean over = back != null
                && input.desired().usable().isPresent()
                && !back.content().equals(Goal.content(input.desired()));
        return over ? chronicle.withBack(null) : chronicle;
    }

    private static Chronicle begin(PassInput input, Goal goal) {
        Chronicle chronicle = input.chronicle();
        if (goal.way() == Goal.Way.UNREADABLE) {
            return chronicle;
        }
        boolean towards = goal.way() == Goal.Way.FILE || goal.way() == Goal.Way.RETURNED;
        if (!towards) {
            // What serves instead may be made anew too.
            boolean restarts = goal.way() == Goal.Way.ROLLED_BACK
                    && chronicle
                            .last()
                            .filter(e -> e.revision().equals(goal.revision()))
                            .isPresent();
            return restarts ? chronicle : superseded(input, chronicle, goal.revision());
        }
        Map<String, String> images = Goal.resolved(input.world(), goal.spec(), goal.images());
        Optional<Entry> last = chronicle.last();
        if (last.isPresent() && last.get().revision().equals(goal.revision())) {
            boolean known = last.get().images().equals(images);
            return known ? chronicle : chronicle.changeLast(e -> e.withImages(images));
        }
        ServiceText text = text(input, goal);
        if (last.isPresent() && provisional(last.get(), goal, text)) {
            // The same content: its image is known now.
            boolean released = chronicle.released(goal.revision());
            return chronicle.changeLast(e -> new Entry(
                    status(goal.revision(), e.rollout().reason(), e.rollout()), images, Map.of(), text, released));
        }
        if (chronicle.of(goal.revision()).filter(e -> !e.available()).isPresent()) {
            chronicle = again(input, chronicle, goal.revision());
        }
        String reason = reason(input, goal, text);
        RolloutStatus begun =
                new RolloutStatus(goal.revision(), reason, Outcome.PROGRESSING, input.wall(), null, "", null, null);
        boolean released = chronicle.released(goal.revision());
        return superseded(input, chronicle, goal.revision()).and(new Entry(begun, images, Map.of(), text, released));
    }

    /// What ended without having proved itself is made anew when its revision is tried again: it may have left behind
    /// what made it fail.
    static Chronicle again(PassInput input, Chronicle chronicle, String revision) {
        Set<String> renew = new HashSet<>(chronicle.renew());
        input.containers().stream()
                .filter(c -> c.owner().revision().equals(revision) && c.startedAt() != null)
                .filter(c -> !c.alive() || input.verdict(c).failed())
                .forEach(c -> renew.add(c.id()));
        return chronicle.withRenew(renew);
    }

    private static RolloutStatus status(String revision, String reason, RolloutStatus before) {
        return new RolloutStatus(revision, reason, before.outcome(), before.startedAt(), null, "", null, null);
    }

    private static boolean provisional(Entry last, Goal goal, @Nullable ServiceText text) {
        return last.progressing()
                && last.images().size() < goal.spec().roles().size()
                && Objects.equals(last.text(), text);
    }

    private static @Nullable ServiceText text(PassInput input, Goal goal) {
        return goal.way() == Goal.Way.RETURNED
                ? input.chronicle().of(goal.revision()).map(Entry::text).orElse(null)
                : input.desired().usable().map(Declared::text).orElse(null);
    }

    private static String reason(PassInput input, Goal goal, @Nullable ServiceText text) {
        if (goal.way() == Goal.Way.RETURNED) {
            return Reasons.ROLLBACK;
        }
        Chronicle chronicle = input.chronicle();
        if (chronicle.entries().isEmpty() && allThere(Crew.of(input, goal))) {
            return Reasons.ADOPTED;
        }
        boolean sameText = text != null
                && chronicle.last().filter(e -> text.equals(e.text())).isPresent();
        boolean tagMoved =
                goal.spec().roles().stream().anyMatch(role -> chronicle.tags().containsKey(role.image()));
        return sameText && tagMoved ? Reasons.UPDATE : Reasons.FILE;
    }

    private static boolean allThere(List<Crew> crews) {
        List<Slot> slots = crews.stream().flatMap(crew -> crew.slots().stream()).toList();
        return !slots.isEmpty() && slots.stream().allMatch(slot -> slot.current() != null);
    }

    private static Chronicle superseded(PassInput input, Chronicle chronicle, String by) {
        boolean open = chronicle.last().filter(Entry::progressing).isPresent();
        return open ? chronicle.changeLast(e -> ended(input, e, Outcome.SUPERSEDED, "overtaken by " + by)) : chronicle;
    }

    private static Entry ended(PassInput input, Entry entry, Outcome outcome, String cause) {
        RolloutStatus was = entry.rollout();
        return entry.with(new RolloutStatus(
                was.revision(), was.reason(), outcome, was.startedAt(), input.wall(), cause, null, null));
    }

    /// Says, after the checks were asked, whether what is under way failed or is in force.
    public static Judged judge(PassInput seen) {
        Optional<Trial> open = Trial.of(seen);
        if (open.isEmpty()) {
            return new Judged(seen.chronicle(), seen.memory().idle());
        }
        Trial trial = open.get();
        PassInput input = trial.noted();
        Chronicle chronicle = input.chronicle();
        Goal goal = trial.goal();
        List<Crew> crews = Crew.of(input, goal);
        Optional<Release> release = Release.due(input, goal, crews);
        if (release.filter(Release::succeeded).isPresent()) {
            return judge(input.with(chronicle.changeLast(Entry::afterRelease)));
        }
        boolean restart = trial.entry().rollout().reason().equals(Reasons.RESTART);
        Optional<Entry> before = chronicle.availableBeside(goal.revision());
        if (before.isPresent() || restart || somethingElseServes(input, crews)) {
            Optional<Failing> failing = Failing.of(input, trial, crews);
            if (failing.isPresent()) {
                return new Judged(
                        failed(input, chronicle, failing.get()), input.memory().watching(null));
            }
        }
        return release.isPresent()
                ? new Judged(chronicle, input.memory().watching(null))
                : completed(input, trial, crews);
    }

    /// The ids of the containers by which the rollout under way is decided, from their making to the end of its watch.
    public static Set<String> proving(PassInput input) {
        return Trial.of(input)
                .map(trial -> proving(trial, Crew.of(input, trial.goal()))
                        .map(ObservedContainer::id)
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    /// What was there before anybody watched has nothing to prove.
    private static Stream<ObservedContainer> proving(Trial trial, List<Crew> crews) {
        return trial.entry().rollout().reason().equals(Reasons.ADOPTED)
                ? Stream.empty()
                : crews.stream().flatMap(crew -> crew.current().stream().filter(c -> trial.decidedBy(crew.role(), c)));
    }

    /// Where nobody remembers what served before, its containers tell that something did.
    private static boolean somethingElseServes(PassInput input, List<Crew> crews) {
        return crews.stream()
                .flatMap(crew -> crew.slots().stream())
                .anyMatch(
                        slot -> slot.old() != null && input.verdict(slot.old()).ready());
    }

    private static Chronicle failed(PassInput input, Chronicle chronicle, Failing failing) {
        boolean pause = failing.role().rollout().onFailure() == RolloutSpec.OnFailure.PAUSE;
        Chronicle ended = chronicle.changeLast(e -> e.with(new RolloutStatus(
                e.revision(),
                e.rollout().reason(),
                pause ? Outcome.PAUSED : Outcome.ROLLED_BACK,
                e.rollout().startedAt(),
                input.wall(),
                failing.cause(),
                failing.check(),
                failing.exit(),
                failing.container(),
                List.of())));
        // A restart or a way back that fails leaves what served before it.
        return ended.withRenew(Set.of()).withBack(null);
    }

    /// Whether all of the role is as wanted; of one with a schedule, that is its image.
    private static boolean there(Trial trial, Crew crew) {
        return crew.role().schedule() == null
                ? crew.slots().stream().allMatch(slot -> trial.there(crew, slot))
                : crew.imageId().isPresent();
    }

    private static Judged completed(PassInput input, Trial trial, List<Crew> crews) {
        Goal goal = trial.goal();
        Memory memory = input.memory();
        boolean there = crews.stream().allMatch(crew -> there(trial, crew));
        if (!there || input.past().underWay().stream().anyMatch(step -> !leaves(step))) {
            return new Judged(input.chronicle(), memory.watching(null));
        }
        Memory.Watch watch = memory.watch();
        if (watch == null || !watch.revision().equals(goal.revision())) {
            watch = new Memory.Watch(goal.revision(), input.observed().at());
        }
        Duration until = watch.since().plus(monitor(goal, crews, trial.entry()));
        boolean over = until.compareTo(input.observed().at()) <= 0
                && proving(trial, crews).allMatch(c -> input.observed().shows(c, until));
        if (!over) {
            return new Judged(input.chronicle(), memory.watching(watch));
        }
        Map<String, String> hashes = new HashMap<>();
        crews.forEach(crew -> crew.current().stream()
                .findFirst()
                .ifPresent(c -> hashes.put(crew.role().name(), c.owner().spec())));
        Chronicle chronicle = input.chronicle()
                .changeLast(e -> ended(input, e, Outcome.AVAILABLE, "").withSpecs(hashes))
                .withRenew(Set.of());
        return new Judged(chronicle, memory.watching(null));
    }

    /// Until when the newest revision is watched, monotonic; empty: none is.
    public static Optional<Duration> watchedUntil(PassInput input) {
        Memory.Watch watch = input.memory().watch();
        Optional<Entry> last = input.chronicle().last().filter(Entry::progressing);
        if (watch == null || last.isEmpty()) {
            return Optional.empty();
        }
        return input.goal()
                .filter(goal -> goal.revision().equals(watch.revision()))
                .map(goal -> watch.since().plus(monitor(goal, Crew.of(input, goal), last.get())));
    }

    /// What stops in the background does not hold up the revision that has taken over.
    private static boolean leaves(Step step) {
        return switch (step) {
            case Step.Stop _, Step.Remove _, Step.Unroute _, Step.Drain _ -> true;
            default -> false;
        };
    }

    /// How long a revision that is all there is watched; it is over at once where no container was made for it.
    private static Duration monitor(Goal goal, List<Crew> crews, Entry entry) {
        if (entry.rollout().reason().equals(Reasons.ADOPTED)) {
            return Duration.ZERO;
        }
        return crews.stream()
                .filter(crew -> crew.current().stream()
                        .anyMatch(c -> c.owner().revision().equals(goal.revision())))
                .map(crew -> crew.role().rollout().monitor())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
