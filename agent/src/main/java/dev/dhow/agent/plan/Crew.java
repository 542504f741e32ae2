package dev.dhow.agent.plan;

import dev.dhow.agent.plan.SpecHash.Match;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One role of the goal and its containers, sorted into places.
///
/// @param imageId what its image means; empty: that is not known here yet
/// @param beyond containers of places that are no longer wanted, without those being removed already
record Crew(RoleSpec role, Optional<String> imageId, List<Slot> slots, List<ObservedContainer> beyond) {
    Crew {
        slots = List.copyOf(slots);
        beyond = List.copyOf(beyond);
    }

    static List<Crew> of(PassInput input, Goal goal) {
        UnderWay underWay = new UnderWay(input.past().underWay());
        Map<String, String> imageIds = Goal.resolved(input.world(), goal.spec(), goal.images());
        return goal.spec().roles().stream()
                .map(role -> new Sorting(input, goal, role, underWay, imageIds).crew())
                .toList();
    }

    /// Whether what its image means is on this host.
    boolean imageHere(PassInput input) {
        return imageId.filter(id -> Resolution.here(role, id, input.observed())).isPresent();
    }

    /// The containers made from what the goal says.
    List<ObservedContainer> current() {
        List<ObservedContainer> all = new ArrayList<>();
        slots.forEach(slot -> {
            if (slot.current() != null) {
                all.add(slot.current());
            }
            all.addAll(slot.twins());
        });
        return all;
    }

    /// Sorts one role's containers.
    private static final class Sorting {
        private final PassInput input;
        private final Goal goal;
        private final RoleSpec role;
        private final UnderWay underWay;
        private final List<ObservedContainer> containers;
        private final Optional<String> imageId;
        private final Proven proven;
        private final boolean known;
        private final Map<String, Match> matches;

        /// @param imageIds what each role's image means here; one that is not known yet is missing
        Sorting(PassInput input, Goal goal, RoleSpec role, UnderWay underWay, Map<String, String> imageIds) {
            this.input = input;
            this.goal = goal;
            this.role = role;
            this.underWay = underWay;
            known = imageIds.size() == goal.spec().roles().size();
            proven = Proven.of(input.chronicle(), role.name());
            imageId = Optional.ofNullable(imageIds.get(role.name()));
            containers = input.world().ofRole(role.name()).stream()
                    .filter(c -> c.state() != RunState.REMOVING && !underWay.leaving(c.id()))
                    .toList();
            matches = containers.stream().collect(Collectors.toMap(ObservedContainer::id, this::match));
        }

        Crew crew() {
            List<Slot> slots =
                    IntStream.rangeClosed(1, role.places()).mapToObj(this::slot).toList();
            return new Crew(
                    role,
                    imageId,
                    slots,
                    containers.stream()
                            .filter(c -> c.owner().replica() > role.places() && !underWay.making(c))
                            .sorted(Comparator.comparing(ObservedContainer::name))
                            .toList());
        }

        private Slot slot(int replica) {
            String subject = input.service() + "/" + role.name() + "/" + replica;
            List<ObservedContainer> same = new ArrayList<>();
            List<ObservedContainer> other = new ArrayList<>();
            containers.stream()
                    .filter(c -> c.owner().replica() == replica)
                    .sorted(best())
                    .forEach(c -> (matches.get(c.id()) == Match.DIFFERENT ? other : same).add(c));
            // What failed comes last, however it does now: what is in force may just be starting again.
            other.sort(Comparator.comparing(proven::failed));
            ObservedContainer current = same.isEmpty() ? null : same.getFirst();
            ObservedContainer old = old(current, other).orElse(null);
            // What is still being made goes, if it must, when its lane is over.
            List<ObservedContainer> rest = other.stream()
                    .filter(c -> !c.equals(old) && !underWay.making(c))
                    .toList();
            List<ObservedContainer> twins =
                    same.stream().skip(1).filter(c -> !underWay.making(c)).toList();
            return new Slot(
                    subject,
                    replica,
                    current,
                    old,
                    rest.stream().filter(ObservedContainer::alive).toList(),
                    twins,
                    rest.stream().filter(c -> !c.alive()).sorted(newestFirst()).toList(),
                    other.isEmpty() ? "" : why(old == null ? other.getFirst() : old),
                    current != null && matches.get(current.id()) == Match.UNKNOWN,
                    underWay.making(subject));
        }

        /// The one that serves until the current one does. What was condemned is only that where there is no other.
        private Optional<ObservedContainer> old(@Nullable ObservedContainer current, List<ObservedContainer> other) {
            List<ObservedContainer> fit =
                    other.stream().filter(c -> !condemned(c)).toList();
            return fit.stream()
                    .filter(ObservedContainer::alive)
                    .findFirst()
                    .or(() -> current == null ? latest(fit) : Optional.empty())
                    .or(() -> other.stream().filter(ObservedContainer::alive).findFirst());
        }

        /// The one that served last, to be looked after while nothing can take its place. What failed, or never ran,
        /// is not it.
        private Optional<ObservedContainer> latest(List<ObservedContainer> stopped) {
            return stopped.stream()
                    .filter(c -> c.startedAt() != null && !proven.failed(c))
                    .min(newestFirst());
        }

        /// Those of the newest revision first; what is remembered tells better than the clock, which may have been set.
        private Comparator<ObservedContainer> newestFirst() {
            List<String> revisions = input.chronicle().entries().stream()
                    .map(Chronicle.Entry::revision)
                    .toList();
            return Comparator.comparing((ObservedContainer c) ->
                            revisions.lastIndexOf(c.owner().revision()))
                    .thenComparing(c -> c.startedAt() == null ? Instant.EPOCH : c.startedAt())
                    .reversed()
                    .thenComparing(ObservedContainer::name);
        }

        private Match match(ObservedContainer container) {
            if (input.chronicle().renew().contains(container.id()) || condemned(container)) {
                return Match.DIFFERENT;
            }
            if (!known && proven.failed(container)) {
                // A revision begins once all its images are known, and what failed serves nobody until then.
                return Match.DIFFERENT;
            }
            String accepted = goal.hashes().get(role.name());
            if (accepted != null && accepted.equals(container.owner().spec())) {
                return Match.SAME;
            }
            boolean carries = container.owner().image().equals(role.image());
            boolean fixed = goal.images().containsKey(role.name());
            String compared = carries && !fixed ? container.imageId() : imageId.orElse(null);
            // The new reference is not here yet, so the container is of another; it stays until the new one is made.
            return compared == null ? Match.DIFFERENT : SpecHash.match(container, role, compared, input.key());
        }

        private boolean condemned(ObservedContainer container) {
            return goal.way() == Goal.Way.CONDEMNED
                    && container.owner().revision().equals(goal.revision());
        }

        private String why(ObservedContainer old) {
            if (input.chronicle().renew().contains(old.id())) {
                return "a restart was asked for";
            }
            String before = old.owner().image();
            if (!before.equals(role.image())) {
                return "image changed from %s to %s".formatted(before, role.image());
            }
            return imageId.filter(id -> !id.equals(old.imageId())).isPresent()
                    ? "%s is another image now".formatted(role.image())
                    : "its spec changed";
        }

        /// The one to keep comes first: running before not, ready before what nobody knows yet before what is not,
        /// then those of the revision that was in force, then by name for a stable choice.
        private Comparator<ObservedContainer> best() {
            String inForce = input.chronicle()
                    .availableBeside(goal.revision())
                    .map(Chronicle.Entry::revision)
                    .orElse("");
            return Comparator.comparing((ObservedContainer c) -> !c.running())
                    .thenComparing(c -> !input.verdict(c).ready())
                    .thenComparing(c -> !Planner.notBad(input.verdict(c)))
                    .thenComparing(c -> !c.owner().revision().equals(inForce))
                    .thenComparing(ObservedContainer::name);
        }
    }

    /// What must serve before the role counts as switched.
    static boolean settled(PassInput input, Slot slot) {
        ObservedContainer current = slot.current();
        return current != null && input.verdict(current).ready() && slot.old() == null;
    }
}
