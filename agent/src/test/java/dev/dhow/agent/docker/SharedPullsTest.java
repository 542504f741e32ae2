package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SharedPullsTest {
    private final SharedPulls pulls = new SharedPulls(2);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();

    /// Someone who waits for a pull: what he got, or null.
    private final class Caller {
        private final FutureTask<@Nullable Throwable> task;
        private final Thread thread;

        Caller(String image, SharedPulls.Fetch fetch) {
            task = new FutureTask<>(() -> {
                try {
                    pulls.pull(image, null, fetch);
                    return null;
                } catch (RuntimeFailure | InterruptedException e) {
                    return e;
                }
            });
            thread = Thread.ofVirtual().start(task);
        }

        @Nullable
        Throwable got() throws Exception {
            return task.get();
        }

        void awaitWaiting() {
            Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
        }
    }

    private void untilTheEnd(PullMeter meter) throws InterruptedException {
        begun.incrementAndGet();
        try {
            end.await();
        } catch (InterruptedException e) {
            broken.incrementAndGet();
            throw e;
        }
    }

    private Caller caller(String image) {
        Caller caller = new Caller(image, this::untilTheEnd);
        caller.awaitWaiting();
        return caller;
    }

    /// D23
    @Test
    void oneReferenceIsPulledOnce() throws Exception {
        Caller first = caller("shop:1");
        Caller second = caller("shop:1");
        assertEquals(1, begun.get());
        end.countDown();
        assertEquals(null, first.got());
        assertEquals(null, second.got());
        assertEquals(1, begun.get());
        pulls.pull("shop:1", null, this::untilTheEnd);
        assertEquals(2, begun.get(), "a later call is a pull of its own");
    }

    @Test
    void allLearnOfAFailureWithAnExceptionOfTheirOwn() throws Exception {
        RuntimeFailure failure =
                new RuntimeFailure(Kind.RATE_LIMITED, "slow down", new Exception(), Duration.ofSeconds(30));
        SharedPulls.Fetch failing = _ -> {
            end.await();
            throw failure;
        };
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Caller caller = new Caller("shop:1", failing);
            caller.awaitWaiting();
            callers.add(caller);
        }
        end.countDown();
        for (Caller caller : callers) {
            RuntimeFailure got = assertInstanceOf(RuntimeFailure.class, caller.got());
            assertEquals("slow down", got.getMessage());
            assertEquals(Kind.RATE_LIMITED, got.kind());
            assertEquals(Duration.ofSeconds(30), got.retryAfter().orElseThrow());
        }
        assertNotSame(callers.getFirst().got(), callers.getLast().got());
    }

    @Test
    void anInterruptedCallerLeavesThePullToTheOthers() throws Exception {
        Caller first = caller("shop:1");
        Caller second = caller("shop:1");
        first.thread.interrupt();
        assertTrue(first.got() instanceof InterruptedException);
        assertEquals(0, broken.get());
        end.countDown();
        assertEquals(null, second.got());
    }

    @Test
    void thePullEndsWithTheLastWhoWaits() throws Exception {
        Caller only = caller("shop:1");
        only.thread.interrupt();
        assertTrue(only.got() instanceof InterruptedException);
        Await.until("the pull is broken off", () -> broken.get() == 1);
        assertEquals(Set.of(), pulls.progress().keySet());
    }

    @Test
    void fewRunAtOnceAndTheOthersSaySo() throws Exception {
        Caller first = caller("a:1");
        Caller second = caller("b:1");
        Caller third = caller("c:1");
        Await.until("two run", () -> begun.get() == 2);
        Await.until(
                "the third waits for a place",
                () -> pulls.progress().get("c:1"),
                progress -> PullProgress.WAITING.equals(progress));
        assertEquals(PullProgress.ASKING, pulls.progress().get("a:1"));
        end.countDown();
        for (Caller caller : List.of(first, second, third)) {
            assertEquals(null, caller.got());
        }
        assertEquals(3, begun.get());
    }

    @Test
    void anotherPlatformIsAnotherPull() throws Exception {
        Caller first = caller("shop:1");
        FutureTask<Void> other = new FutureTask<>(() -> {
            pulls.pull("shop:1", "linux/arm64", this::untilTheEnd);
            return null;
        });
        Thread.ofVirtual().start(other);
        Await.until("both run", () -> begun.get() == 2);
        end.countDown();
        other.get();
        assertEquals(null, first.got());
    }
}
