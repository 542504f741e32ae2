package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Schedule;
import dev.dhow.api.status.RunStatus;
import dev.dhow.api.status.RunStatus.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says which roles with a schedule are due, and what became of their runs. Times that pass while the agent is away,
/// the service is held or its rollout is stopped are not made up for.
final class Runs {
    /// So many are remembered of a service, and those whose container is still here.
    private static final int MOST = 20;
    /// A wall clock that is corrected by less than this does not bring the same time twice.
    private static final Duration CORRECTION = Duration.ofMinutes(1);

    private Runs() {}

    /// Takes note of runs that ended and of times that came.
    static PassInput look(PassInput input) {
        return due(input.with(ended(input)));
    }

    /// Whether a run of the role is to be made now.
    static boolean due(PassInput input, RoleSpec role) {
        Moments.Due due = input.memory().moments().due().get(role.name());
        return due != null && due.at() != null && !due.at().isAfter(input.wall());
    }

    /// When the next one is due, monotonic; empty: none is, or one is due already.
    static Optional<Duration> next(PassInput input) {
        return input.memory().moments().due().values().stream()
                .map(Moments.Due::at)
                .filter(Objects::nonNull)
                .filter(at -> at.isAfter(input.wall()))
                .min(Comparator.naturalOrder())
                .map(at -> input.now().plus(Duration.between(input.wall(), at)));
    }

    /// Whether a run's container has done what it will do.
    static boolean over(ObservedContainer container) {
        return switch (container.state()) {
            case EXITED, DEAD -> true;
            case CREATED -> !container.error().isEmpty();
            case RUNNING, PAUSED, RESTARTING, REMOVING, UNKNOWN -> false;
        };
    }

    private static Chronicle ended(PassInput input) {
        Chronicle chronicle = input.chronicle();
        List<ObservedContainer> containers = input.tasks(Owner.RUN);
        Set<String> known = chronicle.runs().stream().map(RunStatus::container).collect(Collectors.toSet());
        List<RunStatus> more = containers.stream()
                .filter(c -> over(c) && !known.contains(c.name()))
                .map(c -> status(input, c))
                .sorted(Comparator.comparing(RunStatus::startedAt))
                .toList();
        Set<String> here = containers.stream().map(ObservedContainer::name).collect(Collectors.toSet());
        return more.isEmpty() ? chronicle : chronicle.withRuns(kept(chronicle.runs(), more, here));
    }

    private static RunStatus status(PassInput input, ObservedContainer container) {
        Instant ended = container.finishedAt() == null ? input.wall() : container.finishedAt();
        boolean good = container.state() == RunState.EXITED && container.exitCode() == 0 && !container.oomKilled();
        return new RunStatus(
                container.owner().role(),
                container.owner().revision(),
                container.name(),
                container.startedAt() == null ? ended : container.startedAt(),
                ended,
                container.exitCode(),
                good ? Outcome.SUCCEEDED : Outcome.FAILED);
    }

    /// Forgetting one whose container is here would make it a new one in the next pass.
    private static List<RunStatus> kept(List<RunStatus> runs, List<RunStatus> more, Set<String> here) {
        List<RunStatus> all = new ArrayList<>(runs);
        all.addAll(more);
        int surplus = all.size() - MOST;
        List<RunStatus> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (i >= surplus || here.contains(all.get(i).container())) {
                kept.add(all.get(i));
            }
        }
        return kept;
    }

    private static PassInput due(PassInput input) {
        Optional<Goal> goal = input.goal();
        Map<String, Moments.Due> all = new HashMap<>();
        List<RunStatus> skipped = new ArrayList<>();
        for (RoleSpec role : goal.map(g -> g.spec().roles()).orElse(List.of())) {
            Schedule schedule = role.schedule();
            if (schedule != null) {
                Moments.Due due = next(input.memory().moments().due().get(role.name()), schedule, input.wall());
                Instant at = Objects.requireNonNull(due.at());
                if (!at.isAfter(input.wall())) {
                    switch (at(input, goal.get(), role)) {
                        case WAITS -> {}
                        case PASSED -> due = next(due.taken(), schedule, input.wall());
                        case OVERLAPS -> {
                            due = next(due.taken(), schedule, input.wall());
                            skipped.add(new RunStatus(
                                    role.name(), goal.get().revision(), "", at, null, null, Outcome.SKIPPED));
                        }
                    }
                }
                all.put(role.name(), due);
            }
        }
        Moments moments = input.memory().moments();
        PassInput noted = input.with(input.memory().with(new Moments(moments.tasks(), all, moments.update())));
        Set<String> here =
                input.tasks(Owner.RUN).stream().map(ObservedContainer::name).collect(Collectors.toSet());
        Chronicle chronicle = input.chronicle();
        return skipped.isEmpty() ? noted : noted.with(chronicle.withRuns(kept(chronicle.runs(), skipped, here)));
    }

    /// What a time that has come means.
    private enum Coming {
        /// A run is to be made for it, or is being made.
        WAITS,
        /// There is nothing to do for it.
        PASSED,
        /// The run before is not over.
        OVERLAPS
    }

    private static Coming at(PassInput input, Goal goal, RoleSpec role) {
        boolean stopped = switch (goal.way()) {
            case FILE, RETURNED, ROLLED_BACK -> false;
            case UNREADABLE, PAUSED, CONDEMNED -> true;
        };
        if (stopped || input.held()) {
            return Coming.PASSED;
        }
        if (new UnderWay(input.past().underWay()).making(Tasks.subject(input, role, Owner.RUN))) {
            return Coming.WAITS;
        }
        List<ObservedContainer> open = input.tasks(Owner.RUN).stream()
                .filter(c -> c.owner().role().equals(role.name()) && !over(c))
                .toList();
        if (open.stream().anyMatch(ObservedContainer::alive)) {
            return Coming.OVERLAPS;
        }
        // One that was made and not started is the run for this time.
        return open.stream().anyMatch(c -> c.state() == RunState.CREATED) ? Coming.PASSED : Coming.WAITS;
    }

    private static Moments.Due next(Moments.@Nullable Due known, Schedule schedule, Instant wall) {
        String text = schedule.toString();
        if (known == null || !known.schedule().equals(text)) {
            return new Moments.Due(text, schedule.next(wall), null);
        }
        Instant last = known.last();
        Instant from =
                last != null && last.isAfter(wall) && last.minus(CORRECTION).isBefore(wall) ? last : wall;
        Instant next = schedule.next(from);
        Instant at = known.at();
        // A clock that was set back must not leave the next time far away.
        return new Moments.Due(text, at == null || at.isAfter(next) ? next : at, last);
    }
}
