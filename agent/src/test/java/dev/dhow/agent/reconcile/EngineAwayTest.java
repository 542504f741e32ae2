package dev.dhow.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.FakeTraffic;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What is told while Docker cannot be read: what was seen last, and nothing worse. Unknown is never bad.
class EngineAwayTest extends LoopCase {
    @Test
    void engineAwayIsUnknownAndTouchesNothing() {
        reconciler.source(services("shop"), true);
        await("shop", LoopCase::available);
        runtime.forgetCalls();
        runtime.failAlways("observe", "", Kind.UNAVAILABLE);
        reconciler.hint(null);
        ServiceStatus away = await(
                "shop", s -> s.condition(Condition.Type.Available).orElseThrow().status() == Condition.Status.Unknown);
        assertEquals(
                "DockerAway",
                away.condition(Condition.Type.Available).orElseThrow().reason());
        assertEquals(1, away.roles().getFirst().replicas().size(), "what was last seen is still told");
        assertFalse(reconciler.dockerUp());
        assertThrows(RuntimeFailure.class, () -> reconciler.desk().preview(null));
        runtime.heal();
        await("shop", LoopCase::available);
        assertEquals(List.of(), runtime.calls());
    }

    @Test
    void servicesAreListedAlsoWhenDockerWasNeverThere() {
        runtime.failAlways("observe", "", Kind.UNAVAILABLE);
        Desired.Invalid bad = new Desired.Invalid("bad", null, true, List.of(Problem.ofFile("bad.yaml", "empty file")));
        Map<String, Desired> services = new java.util.HashMap<>(services("shop"));
        services.put("bad", bad);
        reconciler.source(services, true);
        ServiceStatus shop = await("shop", _ -> true);
        assertEquals(Phase.Pending, shop.phase());
        assertEquals(
                "DockerAway",
                shop.condition(Condition.Type.Available).orElseThrow().reason());
        assertEquals(
                Condition.Status.False,
                await("bad", _ -> true)
                        .condition(Condition.Type.SourceValid)
                        .orElseThrow()
                        .status());
    }

    @Test
    void P8_anEngineAwayInTheMiddleOfARolloutChangesNothingThatIsTold() {
        want("shop:1");
        await("shop", LoopCase::available);
        runtime.addImage("shop:2");
        want(TestRoles.plain("bot", "shop:2"));
        ServiceStatus watched = await(
                "shop",
                s -> s.phase() == Phase.Progressing
                        && s.roles().getFirst().kept().size() == 1
                        && s.roles().getFirst().replicas().size() == 1
                        && reason(s, Condition.Type.Progressing).equals("Watching"));
        assertToldAsBefore(watched);
        assertEquals(
                RolloutStatus.Outcome.PROGRESSING,
                Objects.requireNonNull(watched.rollout()).outcome());
    }

    @Test
    void P8_anEngineAwayAfterARollbackChangesNothingThatIsTold() {
        RoleSpec bot = TestRoles.restarted(bot("shop:1"), Mode.NO);
        want(bot);
        String first = await("shop", LoopCase::available).revision();
        runtime.addImage("shop:2");
        runtime.exitsAtOnce("shop:2", 7);
        want(TestRoles.restarted(bot("shop:2"), Mode.NO));
        ServiceStatus back = await(
                "shop",
                s -> s.rollout() != null
                        && s.rollout().outcome() == RolloutStatus.Outcome.ROLLED_BACK
                        && s.roles().getFirst().kept().size() == 1
                        && reason(s, Condition.Type.Progressing).equals("Idle"));
        assertEquals(first, back.observedRevision());
        assertToldAsBefore(back);
        runtime.heal();
        reconciler.hint(null);
        await("shop", s -> reason(s, Condition.Type.Degraded).equals("RolledBack"));
    }

    @Test
    void whatIsNewInTheFileIsToldWhileTheEngineIsAway() {
        want("shop:1");
        await("shop", LoopCase::available);
        want("shop:2");
        ServiceStatus before =
                await("shop", s -> available(s) && s.roles().getFirst().kept().size() == 1);
        ServiceStatus away = away(before);
        want("shop:3");
        ServiceStatus changed = await("shop", s -> !Objects.equals(away.revision(), s.revision()));
        assertEquals("shop:3", changed.roles().getFirst().image());
        assertEquals(changed.revision(), changed.observedRevision());
        assertEquals(away.roles().getFirst().kept(), changed.roles().getFirst().kept());
        assertEquals(
                away.roles().getFirst().replicas(), changed.roles().getFirst().replicas());
        assertEquals("DockerAway", reason(changed, Condition.Type.Available));
    }

    @Test
    void aDrainThatEndsWhileTheEngineIsAwayIsTold() throws Exception {
        traffic.install();
        want(TestRoles.proxied("web", "shop:1"));
        await("shop", LoopCase::available);
        FakeTraffic.Draining draining = traffic.hold();
        runtime.addImage("shop:2");
        want(TestRoles.proxied("web", "shop:2"));
        await("shop", s -> standings(s).contains(ReplicaStatus.Traffic.DRAINING));
        FakeRuntime.Hanging stopping = runtime.hangNext("stop");
        runtime.failAlways("observe", "", Kind.UNAVAILABLE);
        reconciler.hint(null);
        await("shop", s -> reason(s, Condition.Type.Available).equals("DockerAway"));
        draining.end();
        stopping.awaitEntered();
        await("shop", s -> standings(s).equals(Set.of(ReplicaStatus.Traffic.SERVING, ReplicaStatus.Traffic.DRAINED)));
        runtime.heal();
        stopping.release();
        await("shop", s -> s.roles().getFirst().kept().size() == 1);
    }

    private static Set<ReplicaStatus.Traffic> standings(ServiceStatus status) {
        return status.roles().getFirst().replicas().stream()
                .map(ReplicaStatus::traffic)
                .collect(Collectors.toSet());
    }

    private static String reason(ServiceStatus status, Condition.Type type) {
        return status.condition(type).orElseThrow().reason();
    }

    /// What is told after several readings that failed.
    private ServiceStatus away(ServiceStatus before) {
        runtime.failAlways("observe", "", Kind.UNAVAILABLE);
        reconciler.hint(null);
        await(before.service(), s -> reason(s, Condition.Type.Available).equals("DockerAway"));
        board.forget(before.service());
        // The next reading that fails tells all of it again.
        reconciler.hint(null);
        return await(before.service(), _ -> true);
    }

    private void assertToldAsBefore(ServiceStatus before) {
        ServiceStatus away = away(before);
        assertEquals(before.phase(), away.phase());
        assertEquals(before.revision(), away.revision());
        assertEquals(before.observedRevision(), away.observedRevision());
        assertEquals(before.rollout(), away.rollout());
        assertEquals(before.roles(), away.roles());
    }
}
