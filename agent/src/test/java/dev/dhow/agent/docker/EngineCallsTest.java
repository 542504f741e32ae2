package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Deadlines, versions, and the small formats of the Engine's answers.
final class EngineCallsTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofSeconds(60);

    @Test
    void aDeadlineEndsTheThread() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        assertThrows(
                TimeoutException.class,
                () -> DeadlineCaller.call("test", SOON, () -> {
                    try {
                        new CountDownLatch(1).await();
                        return null;
                    } finally {
                        interrupted.countDown();
                    }
                }));
        assertTrue(interrupted.await(60, TimeUnit.SECONDS));
    }

    @Test
    void anInterruptedCallerInterruptsItsCall() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                DeadlineCaller.call("test", LATE, () -> {
                    began.countDown();
                    try {
                        new CountDownLatch(1).await();
                        return null;
                    } finally {
                        ended.countDown();
                    }
                });
            } catch (TimeoutException | ExecutionException | InterruptedException e) {
                thrown.set(e);
            }
        });
        began.await();
        caller.interrupt();
        caller.join();
        assertEquals(InterruptedException.class, thrown.get().getClass());
        assertTrue(ended.await(60, TimeUnit.SECONDS));
    }

    @Test
    void whatTheWorkThrowsArrives() {
        ExecutionException e = assertThrows(
                ExecutionException.class,
                () -> DeadlineCaller.call("test", LATE, () -> {
                    throw new IOException("no");
                }));
        assertEquals("java.io.IOException: no", String.valueOf(e.getCause()));
    }

    @Test
    void progressKeepsACallAlivePastItsLimit() throws Exception {
        AtomicLong progress = new AtomicLong();
        CountDownLatch done = new CountDownLatch(1);
        // Asked for at the end of each slice: ten slices with progress are more than the limit's four.
        String result = DeadlineCaller.callWhileProgressing(
                "test",
                SOON,
                () -> {
                    if (progress.incrementAndGet() > 10) {
                        done.countDown();
                    }
                    return progress.get();
                },
                () -> {
                    done.await();
                    return "done";
                });
        assertEquals("done", result);
    }

    /// D27
    @Test
    void aCallWithoutProgressEnds() {
        assertThrows(
                TimeoutException.class,
                () -> DeadlineCaller.callWhileProgressing("test", SOON, () -> 1, () -> {
                    new CountDownLatch(1).await();
                    return null;
                }));
    }

    @ParameterizedTest
    @CsvSource({"1.12,1.41,1.41", "1.24,1.45,1.45", "1.44,1.51,1.51", "1.44,1.52,1.51", "1.24,2.0,1.51"})
    void theNewestCommonVersionIsSpoken(String min, String max, String agreed) {
        assertEquals(
                agreed,
                ApiVersion.negotiate(ApiVersion.parse(min), ApiVersion.parse(max))
                        .toString());
    }

    @ParameterizedTest
    @CsvSource({"1.12,1.40,upgrade Docker", "1.52,1.60,upgrade Dhow"})
    void anEngineWithoutACommonVersionIsRefused(String min, String max, String advice) {
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> ApiVersion.negotiate(ApiVersion.parse(min), ApiVersion.parse(max)));
        assertTrue(e.toString().contains(advice), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ApiVersion.parse("latest"));
        assertFalse(ApiVersion.OLDEST.atLeast(ApiVersion.START_INTERVAL));
    }

    @ParameterizedTest
    @CsvSource({
        "shop,shop%3Alatest",
        "shop:1,shop%3A1",
        "r.example:5000/shop,r.example%3A5000%2Fshop%3Alatest",
        "r.example:5000/shop:2,r.example%3A5000%2Fshop%3A2",
        "shop@sha256:00,shop%40sha256%3A00"
    })
    void aPullNamesOneImage(String reference, String encoded) {
        assertEquals("/images/create?fromImage=" + encoded, ImagePuller.path(reference, null));
        assertEquals(
                "/images/create?fromImage=" + encoded + "&platform=linux%2Farm64",
                ImagePuller.path(reference, "linux/arm64"));
    }
}
