package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why a revision under way will not come into force.
///
/// What is not the revision's fault never counts: a registry or an engine that is away, a full disk, credentials.
///
/// @param role whose `on_failure` decides what follows
/// @param cause for people
/// @param check the result that decided; null: none did
/// @param exit how its process ended; null: it did not, or nobody knows
/// @param container the name of the one that decided; null: none did
record Failing(
        RoleSpec role,
        String cause,
        @Nullable CheckResult check,
        @Nullable LastExit exit,
        @Nullable String container) {
    /// The first reason, in the order of the file.
    ///
    static Optional<Failing> of(PassInput input, Trial trial, List<Crew> crews) {
        Goal goal = trial.goal();
        Optional<Failing> release = Release.due(input, goal, crews).flatMap(r -> r.failing(input));
        if (release.isPresent()) {
            return release;
        }
        Memory.Watch watch = input.memory().watch();
        boolean watched = watch != null && watch.revision().equals(goal.revision());
        return crews.stream()
                .flatMap(crew -> crew.current().stream()
                        .filter(c -> trial.decidedBy(crew.role(), c) && failed(input, c, watched))
                        .findFirst()
                        .map(c -> of(input, crew.role(), c))
                        .or(() -> step(input, goal, crew))
                        .stream())
                .findFirst();
    }

    private static Failing of(PassInput input, RoleSpec role, ObservedContainer container) {
        Verdict verdict = input.verdict(container);
        String message = verdict.health() == Health.STARTING
                ? "was ready, and had to start again while it was watched"
                : verdict.message();
        return new Failing(
                role,
                "%s: %s".formatted(container.subject(), message),
                verdict.lastCheck(),
                input.past().lastExits().get(container.id()),
                container.name());
    }

    /// @param watched whether all of the revision was ready already
    private static boolean failed(PassInput input, ObservedContainer container, boolean watched) {
        Verdict verdict = input.verdict(container);
        if (verdict.failed() || verdict.equals(Replaced.VERDICT)) {
            return verdict.failed();
        }
        boolean bad = verdict.health() == Health.UNREADY || (watched && verdict.health() == Health.STARTING);
        return bad
                && switch (container.state()) {
                    case RUNNING, RESTARTING, DEAD -> true;
                    // Where Docker keeps it up, only a person stops it; that is put right and says nothing of it.
                    case EXITED -> !container.restart().keptUp();
                    case CREATED, PAUSED, REMOVING, UNKNOWN -> false;
                };
    }

    /// A pull counts where its image is what the role lacks: one that an update asks for beside it fails for itself.
    private static Optional<Failing> step(PassInput input, Goal goal, Crew crew) {
        RoleSpec role = crew.role();
        boolean lacks = !ImageGate.open(input, crew);
        return input.memory().failures().values().stream()
                .filter(f -> concerns(input, goal, role, f) && (lacks || !f.ofPull()))
                .filter(f -> f.count() >= enough(f.kind()))
                .findFirst()
                .map(f -> new Failing(role, "%s: %s".formatted(f.subject(), f.message()), null, null, null));
    }

    /// Whether a step that failed was one of that role in that revision.
    static boolean concerns(PassInput input, Goal goal, RoleSpec role, Memory.Failure failure) {
        String containers = "%s-%s-%s-".formatted(input.service(), role.name(), goal.revision());
        String place = "%s/%s".formatted(input.service(), role.name());
        return (failure.subject().equals(place) || failure.subject().startsWith(place + "/"))
                && (failure.object().startsWith(containers) || failure.object().equals(role.image()));
    }

    /// After how many failures in a row a step counts against its revision.
    static int enough(RuntimeFailure.Kind kind) {
        return switch (kind) {
            case INVALID -> 1;
            case PORT_TAKEN -> 2;
            case OTHER, IMAGE_NOT_FOUND -> 3;
            case UNAVAILABLE, TIMEOUT, NOT_FOUND, NAME_TAKEN, AUTH, RATE_LIMITED, REGISTRY, DISK_FULL, CONFLICT ->
                Integer.MAX_VALUE;
        };
    }
}
