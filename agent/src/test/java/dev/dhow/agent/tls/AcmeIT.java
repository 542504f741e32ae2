package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.CertificateStatus.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Orders at a real ACME authority, with a clock that the test moves.
@Timeout(180)
class AcmeIT {
    private static final String HOST = "shop.example.com";
    private static final Duration POLL = Duration.ofMillis(10);

    @TempDir
    Path temp;

    private final ManualTicker ticker = new ManualTicker();
    private final List<String> results = new CopyOnWriteArrayList<>();
    private Pebble pebble;
    private Certificates certificates;

    @BeforeEach
    void open() throws Exception {
        // The authority signs by the real clock; ours stands still, so it is put where all that comes is valid.
        ticker.jumpWall(Duration.between(ticker.wall(), Ticker.system().wall()).plusMinutes(10));
        pebble = new Pebble(Files.createDirectory(temp.resolve("pebble")));
        Files.createDirectory(temp.resolve("certs"));
        certificates = start(pebble.url(), pebble.trust());
        pebble.answers(token -> certificates.challenge(token));
    }

    @AfterEach
    void close() {
        certificates.close();
        pebble.close();
    }

    private Certificates start(String url, @Nullable Path trust) {
        CertificatesConfig.Acme acme = new CertificatesConfig.Acme("root@example.com", url, trust);
        CertificatesConfig config =
                new CertificatesConfig(temp.resolve("certs"), temp.resolve("state/acme"), acme, POLL);
        Certificates made = new Certificates(config, ticker, results::add);
        made.start();
        return made;
    }

    @Test
    void certificateIsGotAnswersHandshakesAndSurvivesARestart() throws Exception {
        wantFitting(HOST);
        assertFalse(certificates.serves(HOST));
        served(HOST);
        ended("success");
        assertEquals(Set.of(HOST), Set.copyOf(pebble.asked()));
        CertificateStatus status = certificates.status().getFirst();
        assertEquals(Source.ACME, status.source());
        assertEquals(List.of(HOST), status.names());
        assertNull(status.problem());
        List<X509Certificate> chain = chain();
        assertTrue(chain.size() > 1, "with who signed it");
        assertEquals("EC", chain.getFirst().getPublicKey().getAlgorithm());

        certificates.close();
        certificates = start(pebble.url(), pebble.trust());
        wantFitting(HOST);
        served(HOST);
        assertEquals(chain, chain());
        ended("success");
    }

    @Test
    void certificateIsRenewedAfterTwoThirdsOfItsLifetimeWhileTheOldOneAnswers() throws Exception {
        wantFitting(HOST);
        served(HOST);
        List<X509Certificate> first = chain();
        Instant until = first.getFirst().getNotAfter().toInstant();
        Duration lifetime = Duration.between(first.getFirst().getNotBefore().toInstant(), until);
        ticker.advance(lifetime.multipliedBy(3).dividedBy(4));
        Await.until("it was renewed", () -> results.size() == 2 && !chain().equals(first));
        assertNotEquals(first.getFirst().getPublicKey(), chain().getFirst().getPublicKey(), "a key of its own");
        ended("success", "success");
    }

    @Test
    void challengeThatFailsIsToldAndTriedAgainLaterOnly() throws Exception {
        pebble.answers(_ -> null);
        wantFitting(HOST);
        String problem = Await.until("the failure shows", this::problem, text -> text.contains("could not check"));
        assertTrue(problem.contains("its name must lead here and port 80 must be open to everybody"), problem);
        assertFalse(certificates.serves(HOST));
        ended("failure");
        int asked = pebble.asked().size();
        pebble.answers(token -> certificates.challenge(token));
        ticker.advance(Duration.ofSeconds(59));
        certificates.want(Set.of());
        wantFitting(HOST);
        assertEquals(asked, pebble.asked().size());
        ticker.advance(Duration.ofSeconds(1));
        served(HOST);
        ended("failure", "success");
    }

    @Test
    void badHostHoldsUpNoOther() throws Exception {
        certificates.want(Set.of(
                new WantedCertificate("bad name.example.com", new CertificateSource.Acme(), "shop"),
                new WantedCertificate("b.invalid-", new CertificateSource.Acme(), "shop"),
                new WantedCertificate(HOST, new CertificateSource.Acme(), "shop"),
                new WantedCertificate("*.example.com", new CertificateSource.Acme(), "shop")));
        served(HOST);
    }

    @Test
    void authorityThatNobodyVouchesForIsRefused() throws Exception {
        certificates.close();
        certificates = start(pebble.url(), null);
        wantFitting(HOST);
        String problem = Await.until("the failure shows", this::problem, text -> text.contains("cannot be reached"));
        assertTrue(problem.contains("check `proxy.acme.directory`, `proxy.acme.trust`"), problem);
        certificates.close();
        certificates = start(pebble.url(), temp.resolve("missing.pem"));
        wantFitting(HOST);
        Await.until("the failure shows", this::problem, text -> text.contains("missing.pem is missing"));
    }

    @Test
    void closeGivesUpAnOrder() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        pebble.answers(token -> {
            asked.complete(token);
            end.join();
            return null;
        });
        wantFitting(HOST);
        String token = asked.get();
        assertNotNull(certificates.challenge(token));
        certificates.close();
        Await.until("the order is over", () -> certificates.challenge(token) == null);
        end.complete(null);
        assertEquals(List.of(), results);
    }

    private void wantFitting(String host) {
        certificates.want(Set.of(new WantedCertificate(host, new CertificateSource.Fitting(), "shop")));
    }

    private void served(String host) {
        Await.until(host + " is served", () -> certificates.serves(host));
    }

    /// Waits until orders ended that way, and no other did.
    private void ended(String... expected) {
        Await.until("the orders ended", () -> results, seen -> seen.equals(List.of(expected)));
    }

    private String problem() {
        return String.valueOf(certificates.status().getFirst().problem());
    }

    private List<X509Certificate> chain() throws Exception {
        try (HandshakeServer server = new HandshakeServer(certificates.keyManager())) {
            return server.chain(HOST);
        }
    }
}
