package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpProberTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final TcpProber prober = new TcpProber(vertx, Ticker.system());

    @AfterEach
    void stop() throws Exception {
        prober.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionThatIsAcceptedPassesAndIsClosed() throws Exception {
        try (RawServer server = RawServer.says("")) {
            Sample sample = sample("127.0.0.1", server.port());
            assertTrue(sample.result().ok());
            assertEquals("success", sample.word());
            assertEquals("tcp://127.0.0.1:" + server.port(), sample.result().url());
            assertNotNull(server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aClosedPortFails() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
        }
        Sample sample = sample("127.0.0.1", port);
        assertEquals("connection refused", sample.result().error());
        assertTrue(String.valueOf(sample.result().hint()).contains("healthcheck.tcp.port"));
    }

    @Test
    void aConnectionThatIsNotMadeIsATimeout() throws Exception {
        try (HttpProberTest.FullServer server = new HttpProberTest.FullServer()) {
            assertEquals("timeout", sample("127.0.0.1", server.port()).word());
        }
    }

    @Test
    void aContainerWithoutAddressFails() throws Exception {
        assertEquals("the container has no address", sample("", 1).result().error());
    }

    private Sample sample(String address, int port) throws Exception {
        CompletableFuture<Sample> sample = new CompletableFuture<>();
        Check.Tcp check = new Check.Tcp(address, port, Pace.DEFAULT, OnFailure.NONE);
        context.runOnContext(_ -> prober.probe(check, Duration.ofMillis(100))
                .onSuccess(sample::complete)
                .onFailure(sample::completeExceptionally));
        return sample.get(20, TimeUnit.SECONDS);
    }
}
