package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whose order is next, and what becomes of it, at an authority that does what the test says.
@Timeout(60)
class AcmeOrdersTest {
    private static final String HOST = "a.example.com";
    private static final Issuer ROOT = Issuer.root("Root");

    @TempDir
    Path temp;

    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final List<String> results = new CopyOnWriteArrayList<>();
    private AcmeOrders orders;

    /// Answers each order when the test gives the answer.
    private static final class ScriptedAuthority implements Authority {
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

        @Override
        public Result order(String host, KeyPair key, Tokens tokens) throws InterruptedException {
            asked.add(host);
            return switch (answers.take()) {
                case Result result -> result;
                case Instant until ->
                    new Result.Issued(ROOT.issue(key, until.minus(Duration.ofDays(90)), until, host)
                            .chain());
                default -> throw new IllegalStateException("a bug");
            };
        }
    }

    @BeforeEach
    void open() {
        orders = orders();
    }

    @AfterEach
    void close() {
        orders.close();
    }

    private AcmeOrders orders() {
        return new AcmeOrders(
                new AcmeStore(temp.resolve("acme"), "https://authority.example"),
                authority,
                ticker,
                RandomGenerator.getDefault(),
                results::add,
                new Tokens(),
                () -> {});
    }

    @Test
    void certificateIsOrderedOnceStoredForItsOwnerOnlyAndKeptOverARestart() throws Exception {
        look(HOST);
        assertEquals(HOST, authority.asked.take());
        assertTrue(String.valueOf(orders.held(HOST).problem()).startsWith("being ordered"));
        look(HOST);
        answer(in(90), "success");
        Pair pair = pair(HOST);
        assertEquals(Set.of(HOST), pair.names());
        assertNull(orders.held(HOST).problem());
        look(HOST);
        orders.close();
        try (Stream<Path> files = Files.walk(temp.resolve("acme"))) {
            for (Path file : files.toList()) {
                String mode = Files.isDirectory(file) ? "rwx------" : "rw-------";
                assertEquals(
                        PosixFilePermissions.fromString(mode), Files.getPosixFilePermissions(file), file.toString());
            }
        }
        orders = orders();
        look(HOST);
        assertEquals(pair.leaf(), pair(HOST).leaf());
        assertEquals(0, authority.asked.size());
    }

    @Test
    void oneOrderIsUnderWayAtATimeAndOneThatFailsHoldsUpNobody() throws Exception {
        look("a.example.com", "b.example.com", "c.example.com");
        assertEquals("a.example.com", authority.asked.take());
        look("a.example.com", "b.example.com", "c.example.com");
        answer(refused("no"), "failure");
        ticker.advance(Duration.ofMinutes(1));
        look("a.example.com", "b.example.com", "c.example.com");
        assertEquals("b.example.com", authority.asked.take());
        answer(in(90), "success");
        look("a.example.com", "b.example.com", "c.example.com");
        assertEquals("c.example.com", authority.asked.take());
        answer(in(90), "success");
        look("a.example.com", "b.example.com", "c.example.com");
        assertEquals("a.example.com", authority.asked.take());
        answer(in(90), "success");
    }

    @Test
    void renewalThatFailsLeavesTheCertificateInForceAndIsRepeated() throws Exception {
        look(HOST);
        answer(in(90), "success");
        Pair first = pair(HOST);
        ticker.advance(Duration.ofDays(59));
        look(HOST);
        ticker.advance(Duration.ofDays(6));
        look(HOST);
        answer(refused("the authority says no"), "failure");
        assertEquals(first, pair(HOST));
        assertEquals("the authority says no", orders.held(HOST).problem());
        look(HOST);
        ticker.advance(Duration.ofMinutes(1));
        look(HOST);
        answer(in(90), "success");
        assertFalse(first.equals(pair(HOST)));
        assertNull(orders.held(HOST).problem());
        assertEquals(3, authority.asked.size());
    }

    @Test
    void rateLimitIsObeyedAlsoByOneThatWasNotWantedMeanwhile() throws Exception {
        look(HOST);
        answer(new Authority.Result.Refused("too many", true, ticker.wall().plus(Duration.ofHours(3))), "rate_limited");
        assertEquals(HOST, authority.asked.take());
        look();
        ticker.advance(Duration.ofHours(2));
        look(HOST);
        assertEquals("too many", orders.held(HOST).problem());
        assertEquals(0, authority.asked.size());
        ticker.advance(Duration.ofHours(1));
        look(HOST);
        assertEquals(HOST, authority.asked.take());
    }

    @Test
    void bugInAnOrderCountsAsAFailure() throws Exception {
        look(HOST);
        answer("nonsense", "failure");
        assertTrue(String.valueOf(orders.held(HOST).problem()).contains("a bug"));
    }

    @Test
    void damagedCertificateIsOrderedAnewAndAnotherAuthorityKnowsNothingOfIt() throws Exception {
        AcmeStore store = new AcmeStore(temp.resolve("acme"), "https://authority.example");
        Issuer.Issued issued = ROOT.issue(Issuer.ec(), ticker.wall(), in(90), HOST);
        store.store(HOST, issued.keys().getPrivate(), issued.chain());
        assertNull(new AcmeStore(temp.resolve("acme"), "https://staging.authority.example").certificate(HOST));
        Files.writeString(store.file(HOST), Files.readString(store.file(HOST)).substring(0, 400));
        look(HOST);
        assertEquals(HOST, authority.asked.take());
    }

    @Test
    void accountKeyIsKept() throws IOException {
        AcmeStore store = new AcmeStore(temp.resolve("acme"), "https://authority.example");
        KeyPair made = store.account();
        assertEquals(made.getPrivate(), store.account().getPrivate());
        assertEquals(made.getPublic(), store.account().getPublic());
    }

    private void look(String... hosts) {
        orders.look(new TreeSet<>(Set.of(hosts)));
    }

    /// Ends the order under way and waits until that is seen.
    private void answer(Object answer, String result) {
        int before = results.size();
        authority.answers.add(answer);
        Await.until("the order ended", () -> results.size() > before && !orders.busy());
        assertEquals(result, results.getLast());
    }

    private Instant in(int days) {
        return ticker.wall().plus(Duration.ofDays(days));
    }

    private static Authority.Result.Refused refused(String why) {
        return new Authority.Result.Refused(why, false, null);
    }

    private Pair pair(String host) {
        Pair pair = orders.held(host).pair();
        assertNotNull(pair);
        return pair;
    }
}
