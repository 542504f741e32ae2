package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.agent.tls.Issuer.Issued;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates that are replaced, spoilt and repaired while requests come.
class CertificateSwapTest {
    private static final String A = "localhost";
    private static final String B = "b.example.com";

    @TempDir
    Path temp;

    private final TlsClient tls = TlsClient.anonymous();
    private final AtomicBoolean on = new AtomicBoolean(true);
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private TlsSite site;

    @BeforeEach
    void open() throws Exception {
        site = new TlsSite(temp, ProxyListener.NONE);
        site.certificate("a", A);
        site.serve("one", TlsSite.fitting(A));
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    /// Asks without a pause.
    private Thread load(Callable<Integer> request) {
        return Thread.ofPlatform().start(() -> {
            while (on.get()) {
                try {
                    int status = request.call();
                    if (status != 200) {
                        failed.add("answered " + status);
                    }
                } catch (Exception e) {
                    failed.add(e.toString());
                }
                asked.incrementAndGet();
            }
        });
    }

    private int byANewConnection() throws Exception {
        String answer = tls.raw(site.tls, A, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return Integer.parseInt(answer.substring(9, 12));
    }

    private void answersWith(Issued issued) {
        Await.until("it answers", () -> tls.certificate(site.tls, A).equals(issued.leaf()));
    }

    @Test
    void swapsLoseNoRequest() throws Exception {
        try (HttpClient kept = HttpClient.newBuilder().sslContext(tls.context()).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + site.tls + "/"))
                    .build();
            List<Thread> clients = List.of(
                    load(this::byANewConnection),
                    load(() -> kept.send(request, BodyHandlers.ofString()).statusCode()));
            for (int round = 0; round < 5; round++) {
                Issued next = site.put("a", site.root.issue(Issuer.ec(), TlsSite.LONG_AGO, TlsSite.FAR_AHEAD, A));
                answersWith(next);
            }
            // Of another kind, which the same clients can do as well.
            answersWith(site.put("a", site.root.issue(Issuer.rsa(), TlsSite.LONG_AGO, TlsSite.FAR_AHEAD, A)));
            on.set(false);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertEquals(List.of(), List.copyOf(failed), "of " + asked);
        assertTrue(asked.get() > 20, "asked " + asked);
    }

    @Test
    void badFilesDisableNothingElse() throws Exception {
        Issued good = site.certificate("b", B);
        site.serve("two", TlsSite.fitting(B));
        site.scribble("b.pem", good.certificates().substring(0, 300));
        site.scribble("c.pem", "-----BEGIN CERTIFICATE-----\nAAAA");
        Await.until(
                "told",
                () -> site.certificates.status().stream()
                        .anyMatch(
                                status -> String.valueOf(status.problem()).contains("the one before stays in force")));
        assertEquals(good.leaf(), tls.certificate(site.tls, B));
        assertEquals(200, byANewConnection());
        Issued repaired = site.certificate("b", B, "more.example.com");
        Await.until("it answers", () -> tls.certificate(site.tls, B).equals(repaired.leaf()));
    }

    @Test
    void expiredOneAnswersOnlyUntilThereIsABetterOne() throws Exception {
        Issued expired =
                site.put("b", site.root.issue(Issuer.ec(), TlsSite.LONG_AGO, Instant.parse("2021-01-01T00:00:00Z"), B));
        site.serve("two", TlsSite.fitting(B));
        assertEquals(expired.leaf(), tls.certificate(site.tls, B), "which clients can judge themselves");
        assertTrue(site.certificates.status().stream()
                .anyMatch(status -> String.valueOf(status.problem()).contains("expired at 2021-01-01")));
        Issued valid = site.certificate("b2", B);
        Await.until("it answers", () -> tls.certificate(site.tls, B).equals(valid.leaf()));
        assertEquals(200, byANewConnection());
    }
}
