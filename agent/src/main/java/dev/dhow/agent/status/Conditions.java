package dev.dhow.agent.status;

import dev.dhow.agent.plan.Goal;
import dev.dhow.agent.plan.ImageUpdates;
import dev.dhow.agent.plan.Memory;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.plan.Wait;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The six statements about a service.
final class Conditions {
    private static final String NOT_ALL_READY = "NotAllReady";

    private final PassInput pass;
    private final Plan plan;
    private final List<RoleStatus> roles;
    private final @Nullable ServiceStatus previous;
    private final Instant now;

    Conditions(StatusInput input, List<RoleStatus> roles) {
        pass = input.pass();
        plan = input.plan();
        previous = input.previous();
        now = input.now();
        this.roles = roles;
    }

    List<Condition> all() {
        return List.of(available(), upToDate(), progressing(), sourceValid(), imageAvailable(), degraded());
    }

    private Condition available() {
        if (pass.desired().inForce().isEmpty()) {
            return pass.desired() instanceof Desired.Removed
                    ? condition(Type.Available, Status.False, "Removing", "its file is gone")
                    : condition(Type.Available, Status.Unknown, "NothingKnown", "no usable file was ever seen");
        }
        int desired = roles.stream().mapToInt(RoleStatus::desired).sum();
        int ready =
                roles.stream().mapToInt(r -> Math.min(r.ready(), r.desired())).sum();
        String message = "%d of %d replicas ready".formatted(ready, desired);
        if (ready == desired) {
            return condition(Type.Available, Status.True, "AllReady", message);
        }
        return roles.stream().allMatch(this::mayBeReady)
                ? condition(Type.Available, Status.Unknown, "NotChecked", message + ", the others are not known")
                : condition(Type.Available, Status.False, NOT_ALL_READY, message);
    }

    /// Whether the role lacks nothing but answers of containers that nobody knows of yet.
    private boolean mayBeReady(RoleStatus role) {
        long unknown = serving()
                .filter(c -> c.owner().role().equals(role.role()) && verdict(c).health() == Health.UNKNOWN)
                .count();
        return role.ready() + unknown >= role.desired();
    }

    private Condition upToDate() {
        if (pass.desired() instanceof Desired.Removed) {
            return pass.held()
                    ? condition(Type.UpToDate, Status.False, "Removed", "its file is gone; " + heldBy())
                    : condition(Type.UpToDate, Status.False, "Removing", firstChange());
        }
        if (pass.desired().inForce().isEmpty()) {
            return condition(Type.UpToDate, Status.Unknown, "NothingKnown", "no usable file was ever seen");
        }
        Optional<Condition> another = anotherThanTheFile();
        if (another.isPresent()) {
            return another.get();
        }
        boolean pending = !plan.isEmpty()
                || !pass.past().underWay().isEmpty()
                || plan.waits().stream().anyMatch(w -> w.kind() != Wait.Kind.ENGINE)
                || roles.stream().anyMatch(r -> r.replicas().size() != r.desired())
                || serving().anyMatch(c -> !c.running() && !verdict(c).ready());
        if (pending) {
            return condition(Type.UpToDate, Status.False, "Changing", firstChange());
        }
        Optional<ObservedContainer> undecided =
                serving().filter(c -> plan.notes().undecided().contains(c.id())).findFirst();
        return undecided
                .map(c -> condition(Type.UpToDate, Status.Unknown, "CannotCompare", cannotCompare(c)))
                .orElseGet(() ->
                        condition(Type.UpToDate, Status.True, "AsWanted", "exactly the wanted containers are there"));
    }

    /// Where what is worked towards is not what the file says.
    private Optional<Condition> anotherThanTheFile() {
        Goal goal = plan.notes().goal();
        if (goal == null) {
            return Optional.empty();
        }
        String file = goal.fileRevision();
        return switch (goal.way()) {
            case FILE -> Optional.empty();
            case ROLLED_BACK -> {
                String message = "%s failed, %s is in force".formatted(file, goal.revision());
                yield Optional.of(condition(Type.UpToDate, Status.False, "RolledBack", message));
            }
            case RETURNED, UNREADABLE -> {
                String message = "held at %s by a rollback; the file says %s".formatted(goal.revision(), file);
                yield Optional.of(condition(Type.UpToDate, Status.False, "RolledBack", message));
            }
            case PAUSED, CONDEMNED -> {
                String message = "%s failed".formatted(file);
                yield Optional.of(condition(Type.UpToDate, Status.False, "RolloutFailed", message));
            }
        };
    }

    private static String cannotCompare(ObservedContainer container) {
        return ("%s was made with a key for secrets that is gone, or by a later Dhow; it is left as it is."
                        + " Restore the key, or remove the container to have it made anew")
                .formatted(container.name());
    }

    private String firstChange() {
        return plan.steps().stream()
                .findFirst()
                .or(() -> pass.past().underWay().stream().findFirst())
                .map(step -> step.body().line())
                .or(() -> plan.waits().stream().findFirst().map(w -> w.subject() + ": " + w.message()))
                .orElse("not every wanted container runs");
    }

    private Condition progressing() {
        if (pass.held()) {
            return condition(Type.Progressing, Status.False, "Held", heldBy());
        }
        if (!plan.isEmpty() || !pass.past().underWay().isEmpty()) {
            return condition(Type.Progressing, Status.True, "Steps", firstChange());
        }
        Optional<Wait> gate =
                plan.waits().stream().filter(w -> w.kind() == Wait.Kind.GATE).findFirst();
        if (gate.isPresent()) {
            return condition(
                    Type.Progressing,
                    Status.True,
                    "Gate",
                    gate.get().subject() + ": " + gate.get().message());
        }
        Optional<ObservedContainer> starting =
                serving().filter(c -> verdict(c).health() == Health.STARTING).findFirst();
        if (starting.isPresent()) {
            return condition(
                    Type.Progressing,
                    Status.True,
                    "Starting",
                    "%s: %s"
                            .formatted(
                                    starting.get().subject(),
                                    verdict(starting.get()).message()));
        }
        Memory.Watch watch = pass.memory().watch();
        if (watch != null) {
            return condition(Type.Progressing, Status.True, "Watching", watch.revision() + " is watched for a while");
        }
        return condition(Type.Progressing, Status.False, "Idle", "nothing is open");
    }

    private String heldBy() {
        String asked = "somebody asked to leave it alone; end that with `dhow unhold %s`"
                .formatted(pass.desired().service());
        if (!pass.heldByFile()) {
            return asked;
        }
        return pass.chronicle().held() ? "its file says `hold: true`, and " + asked : "its file says `hold: true`";
    }

    private Condition sourceValid() {
        return switch (pass.desired()) {
            case Desired.Wanted _ -> condition(Type.SourceValid, Status.True, "Valid", "its file is in force");
            case Desired.Invalid invalid
            when !invalid.readable() ->
                condition(Type.SourceValid, Status.Unknown, "Unreadable", summary(invalid.problems()));
            case Desired.Invalid invalid ->
                condition(Type.SourceValid, Status.False, "Invalid", summary(invalid.problems()));
            case Desired.Missing missing -> condition(Type.SourceValid, Status.Unknown, "Missing", missing.why());
            case Desired.Removed _ -> condition(Type.SourceValid, Status.False, "Removed", "its file is gone");
        };
    }

    private static String summary(List<Problem> problems) {
        List<Problem> errors =
                problems.stream().filter(Problem::isError).sorted(Problem.ORDER).toList();
        String first =
                errors.isEmpty() ? "it cannot be used" : errors.getFirst().summary();
        return errors.size() > 1 ? "%s (and %d more)".formatted(first, errors.size() - 1) : first;
    }

    private Condition imageAvailable() {
        if (pass.desired().inForce().isEmpty()) {
            return condition(Type.ImageAvailable, Status.Unknown, "NothingKnown", "no image is wanted");
        }
        Optional<Wait> failing = plan.waits().stream().filter(Wait::ofImage).findFirst();
        if (failing.isPresent()) {
            return condition(
                    Type.ImageAvailable,
                    Status.False,
                    "PullFails",
                    failing.get().message());
        }
        Optional<String> givenUp = ImageUpdates.givenUp(pass);
        if (givenUp.isPresent()) {
            return condition(Type.ImageAvailable, Status.False, "UpdateGivenUp", givenUp.get());
        }
        Optional<String> pulling = Stream.concat(plan.steps().stream(), pass.past().underWay().stream())
                .filter(Step.Pull.class::isInstance)
                .map(Step::object)
                .findFirst();
        return pulling.map(image -> condition(Type.ImageAvailable, Status.False, "Pulling", "pulls " + image))
                .orElseGet(this::here);
    }

    /// Every image is here. Those that were fetched for it are named: a short pull may have come and gone between two
    /// looks.
    private Condition here() {
        List<String> pulled = pass.desired().inForce().map(ServiceSpec::roles).orElse(List.of()).stream()
                .map(RoleSpec::image)
                .filter(pass.memory()::pulled)
                .distinct()
                .toList();
        return pulled.isEmpty()
                ? condition(Type.ImageAvailable, Status.True, "OnThisHost", "every image is here")
                : condition(Type.ImageAvailable, Status.True, "Pulled", "pulled " + String.join(", ", pulled));
    }

    private Condition degraded() {
        return Degradation.of(pass, plan, serving().toList())
                .or(this::tooFew)
                .map(d -> condition(Type.Degraded, Status.True, d.reason(), d.message()))
                .orElseGet(() -> condition(Type.Degraded, Status.False, "AsExpected", "nothing fails"));
    }

    /// Fewer than wanted are ready, and nothing is done about it.
    private Optional<Degradation> tooFew() {
        Condition available = available();
        return pass.held() && available.reason().equals(NOT_ALL_READY)
                ? Optional.of(new Degradation(NOT_ALL_READY, available.message()))
                : Optional.empty();
    }

    /// The containers that the service consists of, without those that another one replaces.
    private Stream<ObservedContainer> serving() {
        return pass.containers().stream()
                .filter(c -> !plan.notes().leaving().contains(c.id()))
                .filter(c -> !plan.notes().kept().contains(c.id()));
    }

    private Verdict verdict(ObservedContainer container) {
        return pass.verdict(container);
    }

    /// Keeps `since` of a statement that says the same as before.
    private Condition condition(Type type, Status status, String reason, String message) {
        Instant since = Optional.ofNullable(previous)
                .flatMap(p -> p.condition(type))
                .filter(c -> c.status() == status)
                .map(Condition::since)
                .orElse(now);
        return new Condition(type, status, reason, message, since, plan.revision());
    }
}
