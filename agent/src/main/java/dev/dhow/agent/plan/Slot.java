package dev.dhow.agent.plan;

import dev.dhow.agent.plan.SpecHash.Match;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One place of a role, 1 to `replicas`, and the containers that say they are in it.
///
/// @param current the one made from what the role says now, or that nobody can tell
/// @param outdated the one made from something else
/// @param surplus the others
/// @param why what makes the outdated one so
/// @param undecided whether nobody can tell what the current one was made from
record Slot(
        String subject,
        int replica,
        @Nullable ObservedContainer current,
        @Nullable ObservedContainer outdated,
        List<ObservedContainer> surplus,
        String why,
        boolean undecided) {
    Slot {
        surplus = List.copyOf(surplus);
    }

    static List<Slot> of(PassInput input, RoleSpec role, List<ObservedContainer> containers, @Nullable String imageId) {
        return IntStream.rangeClosed(1, role.replicas())
                .mapToObj(replica -> one(input, role, containers, imageId, replica))
                .toList();
    }

    private static Slot one(
            PassInput input, RoleSpec role, List<ObservedContainer> containers, @Nullable String imageId, int replica) {
        List<ObservedContainer> current = new ArrayList<>();
        List<ObservedContainer> outdated = new ArrayList<>();
        containers.stream()
                .filter(c -> c.owner().replica() == replica)
                .filter(c -> c.state() != RunState.REMOVING)
                .sorted(best(input))
                .forEach(c -> (match(input, role, imageId, c) == Match.DIFFERENT ? outdated : current).add(c));
        List<ObservedContainer> surplus = new ArrayList<>(current.subList(Math.min(1, current.size()), current.size()));
        surplus.addAll(outdated.subList(Math.min(1, outdated.size()), outdated.size()));
        ObservedContainer right = current.isEmpty() ? null : current.getFirst();
        ObservedContainer old = outdated.isEmpty() ? null : outdated.getFirst();
        return new Slot(
                "%s/%s/%d".formatted(input.service(), role.name(), replica),
                replica,
                right,
                old,
                surplus,
                old == null ? "" : why(role, old),
                right != null && match(input, role, imageId, right) == Match.UNKNOWN);
    }

    private static Match match(PassInput input, RoleSpec role, @Nullable String imageId, ObservedContainer container) {
        boolean carries = container.owner().image().equals(role.image());
        String compared = carries ? container.imageId() : imageId;
        if (compared == null) {
            // The new reference is not here yet, so the container is of another; it stays until the new one is made.
            return Match.DIFFERENT;
        }
        return SpecHash.match(container, role, compared, input.key());
    }

    private static String why(RoleSpec role, ObservedContainer old) {
        return old.owner().image().equals(role.image())
                ? "its spec changed"
                : "image changed from %s to %s".formatted(old.owner().image(), role.image());
    }

    /// The one to keep comes first: running before not, ready before not, then by name for a stable choice.
    private static Comparator<ObservedContainer> best(PassInput input) {
        return Comparator.comparing((ObservedContainer c) -> !c.running())
                .thenComparing(c -> !input.verdict(c).ready())
                .thenComparing(ObservedContainer::name);
    }
}
