package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a command waits for: judges one status after another. It touches nothing; the time comes with the status.
interface Goal {
    /// Judges a moment.
    ///
    /// @param now empty: the agent knows no such service
    /// @param waited since the first look
    Verdict judge(Optional<ServiceStatus> now, Duration waited);

    /// The exit code when the time is over.
    ///
    /// @param last null: nobody knows how it is
    default int late(@Nullable ServiceStatus last) {
        return Exit.TIMED_OUT;
    }

    /// A rollout that is to become available, by its outcome alone.
    static Verdict outcome(ServiceStatus service, RolloutStatus rollout) {
        return switch (rollout.outcome()) {
            case PROGRESSING -> new Verdict.Open("");
            case AVAILABLE ->
                Verdict.good("%s: revision %s is available (%s)"
                        .formatted(service.service(), rollout.revision(), message(service, Type.Available)));
            case ROLLED_BACK ->
                goingBack(service)
                        ? new Verdict.Open(
                                "revision %s failed; the old version is put back".formatted(rollout.revision()),
                                failed(
                                        service,
                                        rollout,
                                        "; the old version is not ready yet (%s); \"dhow wait %s\" follows that"
                                                .formatted(message(service, Type.Available), service.service())))
                        : failed(service, rollout, "");
            case PAUSED -> failed(service, rollout, "");
            case SUPERSEDED ->
                Verdict.bad(
                        Exit.ERROR,
                        "%s: revision %s was superseded by a newer one; \"dhow wait %s\" follows that"
                                .formatted(service.service(), rollout.revision(), service.service()));
        };
    }

    private static Verdict.Over failed(ServiceStatus service, RolloutStatus rollout, String more) {
        return new Verdict.Over(
                Exit.ROLLED_BACK,
                "%s: revision %s %s%s%s"
                        .formatted(
                                service.service(), rollout.revision(), failure(rollout), hint(service, rollout), more),
                rollout);
    }

    /// Whether a rollback is still under way: what was before is not ready again, or has not its place yet.
    private static boolean goingBack(ServiceStatus service) {
        boolean available = service.condition(Type.Available)
                .filter(c -> c.status() != Status.True)
                .isEmpty();
        boolean moving = service.is(Type.Progressing) && !because(service, Type.Progressing, "Watching");
        // Nobody knows any more what was before, or somebody keeps the agent's hands off: nothing is put back.
        boolean left = because(service, Type.UpToDate, "RolloutFailed") || because(service, Type.Progressing, "Held");
        return (!available || moving) && !left;
    }

    private static String failure(RolloutStatus rollout) {
        return rollout.outcome() == RolloutStatus.Outcome.PAUSED ? "failed and was left as it is" : "was rolled back";
    }

    /// A restart that fails says nothing of the content.
    private static String hint(ServiceStatus service, RolloutStatus rollout) {
        return rollout.reason().equals("file") || rollout.reason().equals("update")
                ? "; it is not tried again by itself: change the file, or run \"dhow retry %s\""
                        .formatted(service.service())
                : "";
    }

    /// Whether both are the same rollout, at whatever moment.
    static boolean same(@Nullable RolloutStatus one, @Nullable RolloutStatus other) {
        // Not its revision: that gets its name while it begins, when the image is known.
        return one != null
                && other != null
                && one.reason().equals(other.reason())
                && one.startedAt().equals(other.startedAt());
    }

    /// How a wait ends for a service that is left alone; empty: it is not.
    ///
    /// @param words what that means, of the service's name
    static Optional<Verdict> held(ServiceStatus service, String words) {
        return service.condition(Type.Progressing)
                .filter(c -> c.reason().equals("Held"))
                .map(c -> Verdict.bad(
                        Exit.NOT_AVAILABLE, "%s: %s".formatted(words.formatted(service.service()), c.message())));
    }

    /// Whether what a status tells of containers is old, or nothing at all.
    static boolean dockerAway(ServiceStatus now) {
        return because(now, Type.Available, "DockerAway");
    }

    /// Whether that condition is there with that reason.
    static boolean because(ServiceStatus service, Type type, String reason) {
        return service.condition(type).filter(c -> c.reason().equals(reason)).isPresent();
    }

    /// What keeps a service from being as wanted, in a line; the most telling condition.
    static String trouble(ServiceStatus service) {
        for (Type type : List.of(Type.SourceValid, Type.ImageAvailable)) {
            Optional<Condition> found = service.condition(type).filter(c -> c.status() != Status.True);
            if (found.isPresent()) {
                return text(found.get());
            }
        }
        for (Type type : List.of(Type.Degraded, Type.Progressing)) {
            Optional<Condition> found = service.condition(type).filter(c -> c.status() == Status.True);
            if (found.isPresent()) {
                return text(found.get());
            }
        }
        return service.condition(Type.Available).map(Goal::text).orElse("nothing is known of it");
    }

    private static String text(Condition condition) {
        return "%s is %s, %s: %s"
                .formatted(condition.type(), condition.status(), condition.reason(), condition.message());
    }

    /// What a condition says; empty: it is not there.
    static String message(ServiceStatus service, Type type) {
        return service.condition(type).map(Condition::message).orElse("");
    }
}
