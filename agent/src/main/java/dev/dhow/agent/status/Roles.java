package dev.dhow.agent.status;

import dev.dhow.agent.plan.Memory;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.KeptStatus;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Folds one role's containers.
final class Roles {
    private Roles() {}

    static RoleStatus of(StatusInput input, Standings standings, String name, @Nullable RoleSpec spec) {
        PassInput pass = input.pass();
        List<ObservedContainer> all = pass.containers().stream()
                .filter(c -> c.owner().role().equals(name))
                .sorted(Comparator.comparing((ObservedContainer c) -> c.owner().replica())
                        .thenComparing(ObservedContainer::name))
                .toList();
        List<ObservedContainer> containers =
                all.stream().filter(standings::present).toList();
        int running =
                (int) containers.stream().filter(ObservedContainer::running).count();
        int ready =
                (int) containers.stream().filter(c -> pass.verdict(c).ready()).count();
        return new RoleStatus(
                name,
                spec == null ? null : spec.image(),
                spec == null ? 0 : spec.places(),
                running,
                ready,
                containers.stream().map(c -> replica(input, standings, c)).toList(),
                all.stream()
                        .filter(standings::kept)
                        .map(c -> kept(standings, c))
                        .toList());
    }

    private static KeptStatus kept(Standings standings, ObservedContainer container) {
        return new KeptStatus(
                container.owner().replica(),
                container.name(),
                container.id(),
                container.owner().revision(),
                container.finishedAt(),
                standings.traffic(container));
    }

    private static ReplicaStatus replica(StatusInput input, Standings standings, ObservedContainer container) {
        Verdict verdict = input.pass().verdict(container);
        Memory memory = input.pass().memory();
        Memory.Attempts restarts = memory.restarts().get(container.subject());
        Memory.Attempts starts = memory.starts().get(container.subject());
        int byDhow = (restarts == null ? 0 : restarts.count()) + (starts == null ? 0 : starts.count());
        return new ReplicaStatus(
                container.owner().replica(),
                container.name(),
                container.id(),
                container.owner().revision(),
                container.state().label(),
                verdict.health(),
                container.startedAt(),
                container.restartCount() + byDhow,
                verdict.lastCheck(),
                input.lastExits().get(container.id()),
                container.owner().image(),
                standings.traffic(container));
    }
}
