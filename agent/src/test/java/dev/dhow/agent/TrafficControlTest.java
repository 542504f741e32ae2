package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.history.KeptTraffic;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.proxy.ProxyListener;
import dev.dhow.agent.proxy.Settings;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentControl.Answer;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.status.TrafficStatus;
import dev.dhow.api.status.TrafficStatus.State;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators switch, and what files of `agent.yaml` say, over time.
class TrafficControlTest {
    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();
    private final ManualTicker ticker = new ManualTicker();
    private StateDir state;
    private Proxy proxy;

    @BeforeEach
    void open() throws Exception {
        state = StateDir.open(dir.resolve("state"));
        proxy = Proxy.start(
                vertx,
                1,
                new Settings(Networks.NONE, false, List.of()),
                () -> true,
                ProxyListener.NONE,
                Ticker.system(),
                RandomGenerator.getDefault());
        proxy.see("shop", new Sight(List.of(TestRoles.proxied("web", "shop:1")), Map.of()));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        state.close();
    }

    private TrafficControl control() throws InterruptedException {
        return new TrafficControl(new KeptTraffic(state), proxy, ticker);
    }

    private static @Nullable State state(TrafficControl control) {
        TrafficStatus status = control.of("shop");
        return status == null ? null : status.state();
    }

    private static String refused(Answer answer) {
        return assertInstanceOf(Answer.Refused.class, answer).message();
    }

    private static void accepted(Answer answer) {
        assertInstanceOf(Answer.Accepted.class, answer);
    }

    /// K59
    @Test
    void whatWasSwitchedOutlivesTheAgent() throws Exception {
        TrafficControl first = control();
        accepted(first.maintenance("shop", "back at 10"));
        TrafficStatus status = new TrafficStatus(State.MAINTENANCE, "back at 10", ticker.wall());
        assertEquals(status, first.of("shop"));
        ticker.advance(Duration.ofHours(1));
        accepted(first.maintenance("shop", "back at 11"));
        TrafficControl second = control();
        assertEquals(new TrafficStatus(State.MAINTENANCE, "back at 11", status.since()), second.of("shop"));
        accepted(second.maintenanceEnds("shop"));
        assertNull(second.of("shop"));
        accepted(second.pause("shop"));
        accepted(second.pause("shop"));
        assertEquals(State.PAUSED, state(control()));
        accepted(second.resume("shop"));
        assertNull(control().of("shop"));
        accepted(second.resume("shop"));
        assertTrue(Files.notExists(dir.resolve("state/traffic")));
    }

    @Test
    void oneIsNotTakenForTheOther() throws Exception {
        TrafficControl control = control();
        accepted(control.pause("shop"));
        assertEquals(
                "it is paused, not in maintenance; `dhow resume shop` ends that",
                refused(control.maintenanceEnds("shop")));
        accepted(control.maintenance("shop", " "));
        assertEquals(new TrafficStatus(State.MAINTENANCE, null, ticker.wall()), control.of("shop"));
        assertTrue(refused(control.pause("shop")).startsWith("it is in maintenance"));
        assertEquals(
                "it is in maintenance, not paused; `dhow maintenance off shop` ends that",
                refused(control.resume("shop")));
        assertTrue(refused(control.maintenance("shop", "x".repeat(2001))).contains("2000 characters"));
        assertTrue(refused(control.pause("bots")).startsWith("no role of it takes requests"));
        assertTrue(refused(new TrafficControl(new KeptTraffic(state), null, ticker).maintenance("shop", null))
                .startsWith("this agent has no proxy"));
    }

    @Test
    void aServiceThatIsGoneTakesItAlong() throws Exception {
        TrafficControl control = control();
        accepted(control.maintenance("shop", null));
        proxy.forget("shop");
        assertNull(control.of("shop"));
        assertNull(control().of("shop"));
    }

    /// K67
    @Test
    void whatIsDamagedSwitchesNothing() throws Exception {
        accepted(control().maintenance("shop", null));
        Path file = dir.resolve("state/traffic");
        Files.writeString(file, Files.readString(file).replace("maintenance", "maintenanse"));
        assertNull(control().of("shop"));
        assertTrue(Files.exists(dir.resolve("state/traffic.damaged")));
    }

    @Test
    void whatCannotBeStoredIsRefused() throws Exception {
        TrafficControl control = control();
        Files.createDirectory(dir.resolve("state/.traffic.tmp"));
        Files.createDirectory(dir.resolve("state/.traffic.tmp/x"));
        assertTrue(refused(control.pause("shop")).contains("was not written"));
        assertNull(control.of("shop"));
    }

    private Settings settings(Peers peers, String address, boolean trusted, boolean accepted) {
        Settings now = peers.settings(null);
        byte[] octets = Network.address(address);
        assertEquals(trusted, now.trustedPeers().have(octets), "trusted " + address);
        Networks who = peers.who().accepted();
        assertEquals(accepted, who.isEmpty() || who.have(octets), "accepted " + address);
        return now;
    }

    @Test
    void filesOfPeersAreTakenWhenTheyChange() throws Exception {
        Path balancers = dir.resolve("balancers");
        ProxyConfig plain = ProxyConfig.DEFAULT;
        ProxyConfig config = new ProxyConfig(
                plain.http(),
                plain.https(),
                null,
                new ProxyConfig.Networks(List.of("10.0.0.0/8"), List.of(balancers)),
                plain.proxyProtocol(),
                new ProxyConfig.Networks(List.of(), List.of(balancers)),
                false,
                List.of(),
                plain.certs(),
                null,
                plain.healthGrace(),
                plain.accessLog());
        try (FileWatch watch = new FileWatch(Watching.DISK, Ticker.system(), Duration.ofMillis(20))) {
            watch.start();
            Peers peers = new Peers(config, watch);
            peers.onChange(null, proxy::settings);
            settings(peers, "10.0.0.1", true, false);
            settings(peers, "192.0.2.1", false, false);
            Files.writeString(balancers, "192.0.2.0/24\nprivate\n");
            byte[] address = Network.address("192.0.2.1");
            Await.until("trusted", () -> peers.settings(null).trustedPeers().have(address));
            Await.until("accepted", () -> peers.who().accepted().have(address));
            settings(peers, "192.0.2.1", true, true);
            settings(peers, "192.168.0.1", true, true);
            settings(peers, "198.51.100.1", false, false);
            Files.writeString(balancers, "192.0.2.0/24\nnonsense\n");
            Files.writeString(balancers, "");
            Files.delete(balancers);
            settings(peers, "192.0.2.1", true, true);
        }
        ProxyConfig open = ProxyConfig.DEFAULT;
        try (FileWatch watch = new FileWatch(Watching.DISK, Ticker.system(), Duration.ofMillis(20))) {
            settings(new Peers(open, watch), "198.51.100.1", false, true);
        }
    }
}
