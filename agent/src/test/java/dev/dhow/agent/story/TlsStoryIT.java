package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.agent.tls.Issuer.Issued;
import dev.dhow.agent.tls.Pebble;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// TLS by the whole agent before containers of a real Engine.
@Timeout(180)
class TlsStoryIT {
    private static final String HOST = "shop.example.com";
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2090-01-01T00:00:00Z");

    @TempDir
    Path temp;

    private final Site site = new Site(TestEngine.shared());
    private final String web = site.engine.images().web();
    private final TlsClient client = TlsClient.anonymous();
    private final Issuer root = Issuer.root("Root");
    private final int port = FreePort.find();
    private final int tls = FreePort.find();

    @AfterEach
    void end() {
        site.close();
    }

    private Issued put(String name, Issued issued) throws IOException {
        for (var part : List.of(List.of(name + ".pem", issued.certificates()), List.of(name + ".key", issued.key()))) {
            Path aside = Files.writeString(site.certs().resolve("." + part.get(0)), part.get(1));
            Files.move(aside, site.certs().resolve(part.get(0)), StandardCopyOption.ATOMIC_MOVE);
        }
        return issued;
    }

    private int get(String path) throws IOException {
        String answer =
                client.raw(tls, HOST, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, HOST));
        return Integer.parseInt(answer.substring(9, 12));
    }

    private RawHttp.Reply plain(String path) throws IOException {
        return RawHttp.tcp(port).raw("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, HOST));
    }

    private boolean open() {
        try (Socket socket = new Socket("127.0.0.1", tls)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    private JsonNode certificates() throws IOException {
        RawHttp socket = RawHttp.socket(site.root.resolve("dhow.sock"));
        return Json.read(socket.get("/v1/certificates").body(), JsonNode.class).path("certificates");
    }

    @Test
    void certificateOfTheDirectoryAnswersAndIsSwappedUnderLoad() throws Exception {
        site.proxied(port, tls, null).start();
        site.drop("p1", Site.file("p1", web, "web", "proxy: {hosts: [plain.example.com]}"))
                .settled("p1");
        assertFalse(open(), "no role wants TLS yet");

        site.drop("p2", Site.file("p2", web, "web", "proxy: {hosts: [" + HOST + "], tls: true}"))
                .settled("p2");
        Await.until("it listens", this::open);
        assertEquals(421, get("/up"), "no certificate fits");
        assertEquals(200, get("/.dhow/health"));
        assertTrue(
                site.status("p2").path("warnings").toString().contains("no certificate in "),
                site.status("p2").toString());

        Issued first = put("shop", root.issue(Issuer.ec(), FROM, UNTIL, HOST));
        Await.until("it answers", () -> client.certificate(tls, HOST).equals(first.leaf()));
        assertEquals(200, get("/up"));
        assertEquals(301, plain("/x").status());
        assertEquals("[]", site.status("p2").path("warnings").toString());
        assertEquals("directory", certificates().get(0).path("source").asText());

        AtomicBoolean on = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        Thread load = Thread.ofPlatform().start(() -> {
            while (on.get()) {
                try {
                    int status = get("/up");
                    if (status != 200) {
                        failed.add("answered " + status);
                    }
                } catch (IOException e) {
                    failed.add(e.toString());
                }
                asked.incrementAndGet();
            }
        });
        for (int round = 0; round < 2; round++) {
            Issued next = put("shop", root.issue(Issuer.ec(), FROM, UNTIL, HOST));
            Await.until("it answers", () -> client.certificate(tls, HOST).equals(next.leaf()));
        }
        on.set(false);
        load.join();
        assertEquals(List.of(), List.copyOf(failed), "of " + asked);
        assertTrue(asked.get() > 10, "asked " + asked);
        String metrics = site.get("/metrics").body();
        for (String series : List.of(
                "dhow_tls_certificate_not_after_timestamp_seconds{host=\"" + HOST + "\"}",
                "dhow_tls_handshakes_total{listener=\"https\",result=\"success\",version=\"TLSv1.3\"}",
                "dhow_tls_handshake_duration_seconds_count{listener=\"https\"}")) {
            assertTrue(metrics.contains(series), metrics);
        }
    }

    /// A CDN before this host, which shows a certificate of its own.
    @Test
    void originCertificateAndClientCertificates() throws Exception {
        Issuer cdn = Issuer.root("CDN");
        Path ca = Files.writeString(temp.resolve("cdn.pem"), Issuer.pem(cdn.certificate));
        Issued origin = put("origin", root.issue(Issuer.rsa(), FROM, UNTIL, HOST, "*.example.com"));
        site.proxied(port, tls, null).start();
        site.drop(
                        "p3",
                        Site.file(
                                "p3",
                                web,
                                "web",
                                "proxy:",
                                "  hosts: [" + HOST + "]",
                                "  tls: {certificate: origin.pem, key: origin.key}",
                                "  client_auth: {ca: " + ca + "}"))
                .settled("p3");
        Issued edge = cdn.issue(Issuer.ec(), FROM, UNTIL, KeyPurposeId.id_kp_clientAuth, "edge");
        TlsClient known = TlsClient.with(edge.chain(), edge.keys());
        Await.until("it answers", () -> open() && client.certificate(tls, HOST).equals(origin.leaf()));
        String request = "GET /cgi-bin/status?203 HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(HOST);
        assertTrue(known.raw(tls, HOST, request).startsWith("HTTP/1.1 203"));
        String refused = client.raw(tls, HOST, request);
        assertTrue(refused.startsWith("HTTP/1.1 403") && refused.contains("client certificate"), refused);
        assertEquals(200, get("/.dhow/health"));
        assertEquals(200, get("/up"));
    }

    @Test
    void authorityIsAskedAndItsChallengesAreAnsweredBeforeAllElse() throws Exception {
        try (Pebble pebble = new Pebble(Files.createDirectory(temp.resolve("pebble")), port)) {
            site.proxied(port, tls, new ProxyConfig.Acme(null, pebble.url(), pebble.trust()))
                    .start();
            site.drop("p4", Site.file("p4", web, "web", "proxy: {hosts: [" + HOST + "], tls: true}"))
                    .settled("p4");
            Await.until("it answers", () -> open() && get("/up") == 200);
            assertEquals("acme", certificates().get(0).path("source").asText());
            assertEquals(301, plain("/.well-known/acme-challenge/none").status(), "not one of ours");
            assertTrue(site.get("/metrics").body().contains("dhow_acme_orders_total{result=\"success\"} 1.0"));
            var serial = client.certificate(tls, HOST).getSerialNumber();
            site.restart();
            Await.until("it answers again", () -> open() && get("/up") == 200);
            assertEquals(serial, client.certificate(tls, HOST).getSerialNumber(), "kept over a restart");
        }
    }
}
