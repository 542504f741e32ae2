package dev.dhow.agent.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.state.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutorTest {
    @Test
    void aStepThatEndsByABugHasFailedAndIsNotTriedAgainAtOnce() throws Exception {
        FakeRuntime runtime = new FakeRuntime("web-1", Ticker.system());
        List<Outcome> told = new ArrayList<>();
        try (Executor executor = new Executor(runtime, Traffic.NONE, Ticker.system(), 1)) {
            // Nothing was made under that name.
            Step start = new Step.Start("shop/bot/1", "shop-bot-0badcafe-1", null, "no container");
            executor.run(List.of(start, start), told::add);
        }
        assertEquals(1, told.size());
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, told.getFirst());
        assertEquals(Kind.OTHER, failed.kind());
    }
}
