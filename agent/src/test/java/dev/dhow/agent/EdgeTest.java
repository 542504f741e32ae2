package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.config.ProxyConfig.Listener;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.proxy.Settings;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.status.AgentControl.Answer;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.HostStatus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The host as a whole, before its real proxy.
class EdgeTest {
    private final ManualTicker ticker = new ManualTicker();

    @TempDir
    Path directory;

    /// One life of the agent's proxy.
    private final class Life implements AutoCloseable {
        final StateDir state;
        final FileWatch watch;
        final Edge edge;
        final Vertx vertx;
        final Proxy proxy;
        final Doors doors;

        Life(ProxyConfig config) throws Exception {
            state = StateDir.open(directory.resolve("state"));
            watch = new FileWatch(Watching.DISK, ticker, Watching.POLL);
            edge = new Edge("web-1", config, state, ticker, new Peers(config, watch), List.of());
            vertx = Vertx.builder().withTransport(edge.entrance()).build();
            proxy = Proxy.start(
                    vertx,
                    1,
                    new Settings(Networks.NONE, false, List.of()),
                    () -> true,
                    edge.listener(),
                    ticker,
                    RandomGenerator.getDefault());
            doors = edge.serve(proxy);
        }

        RawHttp http() throws InterruptedException {
            return RawHttp.tcp(proxy.listen("http", new InetSocketAddress("127.0.0.1", 0)));
        }

        HostStatus.Condition condition(HostStatus.Type type) {
            return edge.status().conditions().stream()
                    .filter(c -> c.type() == type)
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() throws IOException {
            doors.close();
            proxy.close();
            try {
                vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            }
            watch.close();
            state.close();
        }
    }

    private static ProxyConfig http(InetSocketAddress address, boolean always) {
        ProxyConfig plain = ProxyConfig.DEFAULT;
        return new ProxyConfig(
                new Listener(address, always),
                new Listener(null, false),
                null,
                plain.trustedProxies(),
                plain.proxyProtocol(),
                plain.acceptFrom(),
                false,
                List.of(),
                plain.certs(),
                null,
                Duration.ofSeconds(35),
                ProxyConfig.LogTo.OFF);
    }

    private static final ProxyConfig PLAIN = http(new InetSocketAddress("127.0.0.1", 0), false);

    @Test
    void drainGoesOnInTheNextAgentAndItsTimeWithIt() throws Exception {
        try (Life first = new Life(PLAIN)) {
            assertEquals(200, first.http().get("/.dhow/health").status());
            assertInstanceOf(Answer.Refused.class, first.edge.undrain());
            assertInstanceOf(Answer.Accepted.class, first.edge.drain());
            assertEquals(503, first.http().get("/.dhow/health").status());
            assertEquals(new Answer.Accepted("the host drains already"), first.edge.drain());
        }
        ticker.advance(Duration.ofSeconds(30));
        try (Life second = new Life(PLAIN)) {
            RawHttp http = second.http();
            assertEquals("host drains\n", http.get("/.dhow/health").body());
            assertEquals(Status.True, second.condition(HostStatus.Type.Draining).status());
            HostStatus.Drain drain = Objects.requireNonNull(second.edge.status().drain());
            assertEquals(Duration.ofSeconds(35), Duration.between(drain.since(), drain.ends()));
            ticker.advance(Duration.ofSeconds(5));
            assertEquals("host drains", second.edge.probes().getFirst().why());
            assertInstanceOf(Answer.Accepted.class, second.edge.undrain());
            assertEquals(200, http.get("/.dhow/health").status());
        }
        try (Life third = new Life(PLAIN)) {
            assertNull(third.edge.status().drain());
        }
    }

    @Test
    void damagedMarkStillIsOne() throws Exception {
        Files.createDirectories(directory.resolve("state"));
        Files.writeString(directory.resolve("state/draining"), "2026");
        try (Life life = new Life(PLAIN)) {
            assertEquals(503, life.http().get("/.dhow/health").status());
            life.edge.undrain();
        }
        try (Life life = new Life(PLAIN)) {
            assertEquals(200, life.http().get("/.dhow/health").status());
        }
    }

    @Test
    void portThatSomebodyElseHasIsTriedAgainAndToldMeanwhile() throws Exception {
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (Life life = new Life(http(new InetSocketAddress("127.0.0.1", other.getLocalPort()), true))) {
            life.doors.start();
            HostStatus.Condition told = Await.until(
                    "it is told", () -> life.condition(HostStatus.Type.Listening), c -> c.status() == Status.False);
            assertTrue(told.message().startsWith("http 127.0.0.1:" + other.getLocalPort() + " cannot be had"));
            String me = "(pid %d)".formatted(ProcessHandle.current().pid());
            assertTrue(told.message().contains(me), told.message());
            other.close();
            life.proxy.see("shop", new Sight(List.of(TestRoles.proxied("web", "shop:1")), Map.of()));
            Await.until(
                    "it is had", () -> life.condition(HostStatus.Type.Listening).status() == Status.True);
            assertEquals(
                    "no ready replica of shop\n",
                    RawHttp.tcp(other.getLocalPort()).get("/.dhow/health").body());
        } finally {
            other.close();
        }
    }
}
