package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What steps of earlier plans are still at work on, so that this one keeps its hands off.
final class UnderWay {
    private final Set<String> leaving = new HashSet<>();
    private final Set<String> making = new HashSet<>();
    private final Set<String> made = new HashSet<>();
    private final Set<String> pulling = new HashSet<>();

    UnderWay(List<Step> steps) {
        steps.forEach(this::note);
    }

    private void note(Step step) {
        switch (step) {
            case Step.Stop s -> leaving.add(s.id());
            case Step.Remove s -> leaving.add(s.id());
            case Step.Unroute s -> leaving.add(s.id());
            case Step.Drain s -> leaving.add(s.id());
            case Step.Create _, Step.Start _, Step.Restart _, Step.Unpause _, Step.Route _ -> {
                making.add(step.subject());
                made.add(step.object());
            }
            case Step.Pull s -> pulling.add(s.image());
            case Step.CreateNetwork _, Step.CreateVolume _ -> {
                // Asking for one that exists leaves it.
            }
        }
    }

    /// The ids of all containers that are being stopped or removed.
    Set<String> leaving() {
        return leaving;
    }

    /// Whether a container is being stopped or removed.
    boolean leaving(String id) {
        return leaving.contains(id);
    }

    /// Whether a container of that place is being made, started or routed.
    boolean making(String subject) {
        return making.contains(subject);
    }

    /// The names of the containers that are being made, started or routed.
    Set<String> made() {
        return made;
    }

    /// Whether it is this very container that is being made, started or routed.
    boolean making(ObservedContainer container) {
        return made.contains(container.name());
    }

    boolean pulling(String image) {
        return pulling.contains(image);
    }
}
