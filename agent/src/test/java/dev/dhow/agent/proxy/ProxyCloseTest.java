package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.api.spec.ProxySpec;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The end of the agent, as requests see it.
class ProxyCloseTest {
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private Served served;
    private RawHttp http;

    @BeforeEach
    void open() throws Exception {
        served = new Served().serve(ProxySpec.PLAIN);
        http = served.open("http");
        served.backend.answers(exchange -> {
            inside.countDown();
            try {
                goOn.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Backends.say(exchange, 200, "late");
        });
    }

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        served.close();
    }

    private CompletableFuture<RawHttp.Reply> slow() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return http.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    @Test
    void requestsUnderWayEndAndNoneBeginsMeanwhile() throws Exception {
        CompletableFuture<RawHttp.Reply> slow = slow();
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        CompletableFuture<Void> closing =
                CompletableFuture.runAsync(() -> served.proxy.close(), Thread::startVirtualThread);
        Await.until("nobody listens", () -> {
            try {
                http.get("/.dhow/health");
                return false;
            } catch (ConnectException e) {
                return true;
            }
        });
        goOn.countDown();
        assertEquals("late", slow.get(20, TimeUnit.SECONDS).body());
        closing.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatDoesNotEndIsCut() throws Exception {
        CompletableFuture<RawHttp.Reply> slow = slow();
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        served.proxy.close(Duration.ofMillis(50));
        assertThrows(ExecutionException.class, () -> slow.get(20, TimeUnit.SECONDS));
    }
}
