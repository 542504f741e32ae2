package dev.dhow.agent.status;

import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.state.ObservedContainer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Which containers have finished their requests and got none since: a drain may take milliseconds, and neither Docker
/// nor the proxy tells of it afterwards. It is remembered as long as the agent lives.
///
/// @param ids of the containers
public record Drained(Set<String> ids) {
    /// None did.
    public static final Drained NONE = new Drained(Set.of());

    /// Copies the set.
    public Drained {
        ids = Set.copyOf(ids);
    }

    /// What holds after these outcomes.
    public Drained after(List<Outcome> outcomes) {
        Set<String> now = new HashSet<>(ids);
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Done done) {
                note(done.step(), now);
            }
        }
        return new Drained(now);
    }

    private static void note(Step step, Set<String> now) {
        switch (step) {
            case Step.Drain drain -> now.add(drain.id());
            case Step.Route route -> now.remove(route.id());
            case Step.Start start when start.id() != null -> now.remove(start.id());
            default -> {}
        }
    }

    /// The same without those that are gone.
    public Drained among(List<ObservedContainer> containers) {
        return new Drained(containers.stream()
                .map(ObservedContainer::id)
                .filter(ids::contains)
                .collect(Collectors.toSet()));
    }
}
