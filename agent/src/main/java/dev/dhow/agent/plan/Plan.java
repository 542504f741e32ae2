package dev.dhow.agent.plan;

import dev.dhow.api.http.PlanBody;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The steps of one pass over one service.
///
/// @param service whose
/// @param revision the revision wanted; null: nothing is wanted, or nothing good is known
/// @param first steps that the others rest on, one after the other
/// @param lanes steps that do not touch each other: each lane in its order, the lanes side by side
/// @param waits what is wanted and not done now
/// @param notes what was found out beside the steps
public record Plan(
        String service,
        @Nullable String revision,
        List<Step> first,
        List<List<Step>> lanes,
        List<Wait> waits,
        Notes notes) {
    /// Copies the lists.
    public Plan {
        first = List.copyOf(first);
        lanes = lanes.stream().filter(lane -> !lane.isEmpty()).map(List::copyOf).toList();
        waits = List.copyOf(waits);
    }

    /// What a plan knows of the service beside its steps.
    ///
    /// @param goal what is worked towards; null: nothing
    /// @param leaving ids of containers that another one replaces, or that nobody wants: how they are says nothing
    ///     of the service
    /// @param kept ids of stopped containers that are kept for a rollback
    /// @param undecided ids of containers that nobody can compare with what is wanted
    public record Notes(@Nullable Goal goal, Set<String> leaving, Set<String> kept, Set<String> undecided) {
        /// Nothing was found out.
        public static final Notes NONE = new Notes(null, Set.of(), Set.of(), Set.of());

        /// Copies the sets.
        public Notes {
            leaving = Set.copyOf(leaving);
            kept = Set.copyOf(kept);
            undecided = Set.copyOf(undecided);
        }
    }

    /// A plan that does nothing.
    ///
    /// @param revision null: none is known
    public static Plan nothing(String service, @Nullable String revision) {
        return new Plan(service, revision, List.of(), List.of(), List.of(), Notes.NONE);
    }

    /// The same for a service whose file may have changed since, where Docker could not be read meanwhile.
    ///
    /// @param goal what is worked towards now; null: nothing
    public Plan towards(@Nullable Goal goal) {
        return new Plan(
                service,
                goal == null ? null : goal.fileRevision(),
                first,
                lanes,
                waits,
                new Notes(goal, notes.leaving(), notes.kept(), notes.undecided()));
    }

    /// The same with those steps alone that let a container have the requests that are for it, which changes nothing of
    /// it.
    public Plan onlyRoutes() {
        List<List<Step>> routes = lanes.stream()
                .filter(lane -> lane.size() == 1 && lane.getFirst() instanceof Step.Route)
                .toList();
        return new Plan(service, revision, List.of(), routes, waits, notes);
    }

    /// All steps, in the order they are told.
    public List<Step> steps() {
        return Stream.concat(first.stream(), lanes.stream().flatMap(List::stream))
                .toList();
    }

    /// Whether there is nothing to do.
    public boolean isEmpty() {
        return first.isEmpty() && lanes.isEmpty();
    }

    /// When the next pass is due because of time alone, monotonic.
    public Optional<Duration> wakeAt() {
        return waits.stream().map(Wait::until).filter(Objects::nonNull).min(Comparator.naturalOrder());
    }

    /// As the API tells it.
    public PlanBody body() {
        return new PlanBody(
                steps().stream().map(Step::body).toList(),
                waits.stream()
                        .map(wait -> new PlanBody.WaitBody(wait.subject(), wait.message()))
                        .toList());
    }
}
