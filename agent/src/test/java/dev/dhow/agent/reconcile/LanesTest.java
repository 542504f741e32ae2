package dev.dhow.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.FakeTraffic;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final String WEB = "shop/web/1";

    /// Stops may take minutes: whoever looks on is told before that who has the requests.
    @Test
    void eachMoveOfTrafficAsksForAPassBeforeTheLaneGoesOn() throws Exception {
        FakeRuntime runtime = new FakeRuntime("web-1", Ticker.system());
        FakeTraffic traffic = new FakeTraffic();
        traffic.install();
        List<String> asked = new CopyOnWriteArrayList<>();
        try (Executor executor = new Executor(runtime, traffic, Ticker.system(), 1)) {
            Lanes lanes = new Lanes(
                    executor,
                    Ticker.system(),
                    outcome -> asked.add(outcome.step().verb()),
                    () -> asked.add("pass"));
            FakeRuntime.Hanging stopping = runtime.hangNext("stop");
            lanes.launch(List.of(
                    new Step.Unroute(WEB, "old", "1", "replaced"),
                    new Step.Drain(WEB, "old", "1", Duration.ofSeconds(1), "replaced"),
                    new Step.Stop(WEB, "old", "1", Duration.ofSeconds(1), "replaced")));
            stopping.awaitEntered();
            assertEquals(List.of("unroute", "pass", "drain", "pass"), asked);
            Lanes.Standing standing = lanes.take();
            assertEquals(
                    List.of("unroute", "drain"),
                    standing.outcomes().stream()
                            .map(Outcome::step)
                            .map(Step::verb)
                            .toList());
            assertEquals(List.of("stop"), lanes.left().stream().map(Step::verb).toList());
            stopping.release();
            Await.until("over", () -> asked.equals(List.of("unroute", "pass", "drain", "pass", "stop", "pass")));
        }
    }
}
