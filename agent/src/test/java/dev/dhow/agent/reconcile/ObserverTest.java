package dev.dhow.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.testing.ManualTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObserverTest {
    private static final Needs IMAGE = new Needs(Set.of("shop:1"), Set.of());

    private final ManualTicker ticker = new ManualTicker();
    private final FakeRuntime runtime = new FakeRuntime("web-1", ticker);
    private final Observer observer = new Observer(runtime, ticker, _ -> {});

    @BeforeEach
    void start() {
        runtime.addImage("shop:1");
        observer.start();
    }

    @AfterEach
    void close() {
        observer.close();
    }

    @Test
    void readingThatDidNotLookUpWhatIsNeededIsNoAnswer() throws Exception {
        Duration moment = ticker.now();
        assertEquals(Set.of(), observer.after(moment).images().keySet());
        // As when another service had Docker read between the hint to this one and its pass.
        observer.need("shop", IMAGE);
        assertEquals(Set.of("shop:1"), observer.after(moment).images().keySet());
    }

    @Test
    void readingThatAnswersIsTakenAgain() throws Exception {
        observer.need("shop", IMAGE);
        assertEquals(observer.after(ticker.now()), observer.after(ticker.now()));
        assertEquals(1, runtime.observations());
    }

    @Test
    void whoWaitsIsAnsweredThoughAnotherServiceNeedsLessMeanwhile() throws Exception {
        try (Observer idle = new Observer(runtime, ticker, _ -> {})) {
            idle.need("shop", IMAGE);
            idle.need("blog", new Needs(Set.of("blog:1"), Set.of("c1")));
            FutureTask<Observed> shop = new FutureTask<>(() -> idle.after(ticker.now()));
            Thread waiting = Thread.ofPlatform().daemon().start(shop);
            Instant deadline = Instant.now().plusSeconds(20);
            while (waiting.getState() != Thread.State.WAITING) {
                assertTrue(Instant.now().isBefore(deadline), "it waits for the reading");
                Thread.onSpinWait();
            }
            // As when both are removed at once: blog is gone before the reading that shop waits for begins.
            idle.forget("blog");
            idle.start();
            assertEquals(
                    Set.of("shop:1"), shop.get(20, TimeUnit.SECONDS).images().keySet());
            ticker.advance(Duration.ofSeconds(1));
            idle.after(ticker.now());
        }
    }

    @Test
    void whoAsksOnceChangesNothingForOthers() throws Exception {
        observer.need("shop", IMAGE);
        Needs other = new Needs(Set.of("blog:1"), Set.of());
        runtime.addImage("blog:1");
        assertEquals(Set.of("shop:1", "blog:1"), observer.once(other).images().keySet());
        ticker.advance(Duration.ofSeconds(1));
        assertEquals(Set.of("shop:1"), observer.after(ticker.now()).images().keySet());
    }
}
