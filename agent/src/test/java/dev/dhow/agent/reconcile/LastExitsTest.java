package dev.dhow.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.plan.House;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RolloutStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The last words of a version that failed.
class LastExitsTest {
    @Test
    void versionThatIsNeverReadyTellsItsContainerAndItsLastLines() throws Exception {
        House house = new House(TestRoles.proxied("web", "shop:1"));
        house.runtime.addImage("shop:2");
        house.settle();
        house.want(TestRoles.proxied("web", "shop:2"));
        house.pass();
        String made = "shop-web-%s-1".formatted(house.revision());
        house.runtime.docker().log(house.runtime.id(made), "starting", "no database");
        Chronicle before = house.chronicle;
        house.failing(made, "not ready in 30s");
        Chronicle after = house.input().chronicle();
        LastExits exits = new LastExits(house.runtime);
        Chronicle told = exits.told(before, after, house.input().world().containers());
        RolloutStatus failed = told.last().orElseThrow().rollout();
        assertEquals(RolloutStatus.Outcome.ROLLED_BACK, failed.outcome());
        assertEquals(made, failed.container());
        assertEquals(List.of("starting", "no database"), failed.log());
        assertEquals(after, exits.told(after, after, List.of()), "once");
    }

    @Test
    void whatDockerStartedAgainAtOnceTellsHowItEnded() throws Exception {
        House house = new House(TestRoles.plain("bot", "bot:1"));
        house.settle();
        ObservedContainer runs = house.input().world().containers().getFirst();
        LastExits exits = new LastExits(house.runtime);
        exits.update(List.of(runs));
        assertEquals(Map.of(), exits.all());
        house.runtime.docker().log(runs.id(), "no database");
        house.ticker.advance(Duration.ofSeconds(1));
        house.runtime.docker().policyRestart(runs.id(), 7);
        house.runtime.docker().log(runs.id(), "starting", "ready");
        house.pass();
        ObservedContainer again = house.input().world().containers().getFirst();
        exits.update(List.of(again));
        assertEquals(
                Map.of(runs.id(), new LastExit(7, false, again.finishedAt(), List.of("no database"))), exits.all());
        exits.update(List.of(again.ended(ObservedContainer.FORGOTTEN, false)));
        assertEquals(1, exits.all().size(), "what is known stays");
    }
}
