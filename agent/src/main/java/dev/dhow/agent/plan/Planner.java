package dev.dhow.agent.plan;

import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Works out the next pass over one service.
///
/// No step waits for health: a plan holds what can be done now, and the next pass, after a verdict, holds the rest.
public final class Planner {
    private Planner() {}

    /// The plan.
    public static Plan plan(PassInput input) {
        if (input.desired() instanceof Desired.Removed) {
            return input.chronicle().held() ? kept(input) : removal(input);
        }
        Plan plan = input.goal()
                .map(goal -> service(input, goal))
                // Nothing good is known of the service, so nothing is done to it.
                .orElseGet(() -> Plan.nothing(input.service(), null));
        return input.held() ? plan.onlyRoutes() : plan;
    }

    /// What is remembered, without what has been good for long enough.
    public static Memory refreshed(PassInput input) {
        Set<String> ready = input.containers().stream()
                .filter(c -> input.verdict(c).ready())
                .map(ObservedContainer::subject)
                .collect(Collectors.toSet());
        return input.memory().refreshed(ready, input.now());
    }

    private static Plan service(PassInput input, Goal goal) {
        Draft draft = new Draft(input);
        if (goal.way() == Goal.Way.UNREADABLE) {
            AsItIs.plan(input, draft, goal);
            return draft.plan(goal);
        }
        List<Crew> crews = Crew.of(input, goal);
        ImageUpdates.plan(input, draft);
        Gates gates = new Gates(input, goal, crews);
        crews.forEach(crew -> new RolePlanner(input, draft, goal, crew, gates).plan());
        Set<String> known = goal.spec().roles().stream().map(RoleSpec::name).collect(Collectors.toSet());
        Stream<ObservedContainer> unwanted = input.containers().stream()
                .filter(c -> !known.contains(c.owner().role()));
        present(input, unwanted).forEach(c -> {
            draft.leaving(c);
            String cause = "role %s is no longer wanted".formatted(c.owner().role());
            Retiring retiring = new Retiring(input, null);
            if (gates.mayLeave()) {
                draft.lane(retiring.discard(c, cause));
            } else if (gates.inTheWay(c)) {
                draft.lane(retiring.stop(c, cause + ", and it has a port that another role needs"));
            }
        });
        new ReleasePlanner(input, draft, goal, crews).plan();
        new RunPlanner(input, draft, goal, gates).plan(crews);
        new UnderWay(input.past().underWay()).leaving().forEach(draft::leaving);
        return draft.plan(goal);
    }

    /// Somebody asked to leave the service alone, and that holds whatever becomes of its file.
    private static Plan kept(PassInput input) {
        Draft draft = new Draft(input);
        String message = "its file is gone; held by a request: `dhow unhold %s` lets it go".formatted(input.service());
        draft.wait(new Wait(input.service(), Wait.Kind.PERSON, "", message, null));
        return draft.plan(null);
    }

    private static Plan removal(PassInput input) {
        Draft draft = new Draft(input);
        present(input, input.world().containers().stream())
                .forEach(c -> draft.lane(new Retiring(input, null).discard(c, "its file is gone")));
        return draft.plan(null);
    }

    /// The containers that no step of an earlier plan takes away already.
    private static Stream<ObservedContainer> present(PassInput input, Stream<ObservedContainer> containers) {
        UnderWay underWay = new UnderWay(input.past().underWay());
        return containers
                .filter(c -> !underWay.leaving(c.id()) && !underWay.making(c.subject()))
                .sorted(Comparator.comparing(ObservedContainer::subject).thenComparing(ObservedContainer::name));
    }

    /// Whether nothing says that the container fails: unknown is never treated as bad.
    static boolean notBad(Verdict verdict) {
        return switch (verdict.health()) {
            case READY, UNKNOWN -> true;
            case STARTING, UNREADY -> false;
        };
    }
}
