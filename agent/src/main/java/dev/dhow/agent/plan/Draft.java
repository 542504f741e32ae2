package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.RoleSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A plan in the making. It holds back steps that failed a short while ago: they become waits.
final class Draft {
    private final PassInput input;
    private final Map<String, Step> first = new LinkedHashMap<>();
    private final List<List<Step>> lanes = new ArrayList<>();
    private final List<Wait> waits = new ArrayList<>();
    private final Map<String, List<Step>> pulls = new LinkedHashMap<>();
    private final Set<String> leaving = new TreeSet<>();
    private final Set<String> kept = new TreeSet<>();
    private final Set<String> undecided = new TreeSet<>();

    Draft(PassInput input) {
        this.input = input;
    }

    /// Adds a lane. One with a step that must still wait after a failure is left out as a whole: a replacement
    /// that cannot start its new container must not stop the old one first.
    ///
    /// @return whether it was added
    boolean lane(List<Step> steps) {
        for (Step step : steps) {
            Optional<Wait> wait = waitFor(step);
            if (wait.isPresent()) {
                waits.add(wait.get());
                return false;
            }
        }
        lanes.add(steps);
        return true;
    }

    /// Adds a step that others rest on, once.
    ///
    /// @return false where it must still wait after a failure, and so must they
    boolean first(Step step) {
        Optional<Wait> wait = waitFor(step);
        if (wait.isPresent()) {
            waits.add(wait.get());
            return false;
        }
        first.putIfAbsent(step.verb() + " " + step.object(), step);
        return true;
    }

    /// Adds a fetch, once per image and beside everything else: what does not need the image goes on meanwhile.
    void pull(Step.Pull step) {
        Optional<Wait> wait = waitFor(step);
        if (wait.isPresent()) {
            waits.add(wait.get());
        } else {
            pulls.putIfAbsent(step.image(), List.of(step));
        }
    }

    /// Notes a stopped container that is kept for a rollback.
    void keeping(ObservedContainer container) {
        kept.add(container.id());
    }

    /// Notes a container that another one replaces, or that nobody wants.
    void leaving(ObservedContainer container) {
        leaving(container.id());
    }

    void leaving(String id) {
        leaving.add(id);
    }

    /// Notes a container that nobody can compare with what is wanted.
    void undecided(ObservedContainer container) {
        undecided.add(container.id());
    }

    void wait(Wait wait) {
        waits.add(wait);
    }

    private Optional<Wait> waitFor(Step step) {
        return input.memory()
                .failure(step)
                .filter(f -> f.until().compareTo(input.now()) > 0)
                .map(f -> new Wait(step.subject(), Wait.Kind.BACKOFF, f.verb(), f.message(), f.until()));
    }

    /// Adds the networks and volumes that a role's containers rest on, where they are missing.
    ///
    /// @return false where one must still wait after a failure, and so must they
    boolean ground(RoleSpec role) {
        String service = input.service();
        boolean there = true;
        for (String network : Ground.networks(role)) {
            if (!input.observed().networks().contains(network)) {
                there &=
                        first(new Step.CreateNetwork(service, network, Map.of(Owner.HOST, input.host()), "no network"));
            }
        }
        for (String volume : Ground.volumes(role)) {
            if (!input.observed().volumes().contains(volume)) {
                Map<String, String> labels = Map.of(Owner.HOST, input.host(), Owner.SERVICE, service);
                there &= first(new Step.CreateVolume(service, volume, labels, "no volume"));
            }
        }
        return there;
    }

    /// @param goal null: nothing is wanted
    Plan plan(@Nullable Goal goal) {
        List<List<Step>> all = new ArrayList<>(pulls.values());
        all.addAll(lanes);
        return new Plan(
                input.service(),
                goal == null ? null : goal.fileRevision(),
                List.copyOf(first.values()),
                all,
                waits,
                new Plan.Notes(goal, leaving, kept, undecided));
    }
}
