package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.tls.Issuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole agent before tools that others made to find fault with servers.
@Timeout(180)
class AttackStoryIT {
    private static final String HOST = "shop.example.com";
    private static final Path SLOW = Shell.require("slowhttptest", "slowhttptest");
    private static final Path TESTSSL = Shell.require("testssl", "testssl.sh");

    @TempDir
    Path temp;

    private final Site site = new Site(TestEngine.shared());
    private final int port = FreePort.find();
    private final int tls = FreePort.find();

    @BeforeEach
    void start() throws Exception {
        Issuer.Issued issued = Issuer.root("Root")
                .issue(Issuer.ec(), Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2090-01-01T00:00:00Z"), HOST);
        Files.writeString(site.certs().resolve("shop.pem"), issued.certificates());
        Files.writeString(site.certs().resolve("shop.key"), issued.key());
        site.proxied(port, tls, null).start();
        String web = site.engine.images().web();
        String proxy = "proxy: {hosts: [" + HOST + "], default: true, tls: true, redirect_https: false}";
        site.drop("a1", Site.file("a1", web, "web", proxy)).settled("a1");
        Await.until("it is served", () -> plain("/index.html") == 200 && byTls() == 200);
    }

    @AfterEach
    void end() {
        site.close();
    }

    private int plain(String path) throws Exception {
        return RawHttp.tcp(port).send("GET", path, "Host: " + HOST).status();
    }

    private int byTls() throws Exception {
        String request = "GET /index.html HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n";
        return Integer.parseInt(TlsClient.anonymous().raw(tls, HOST, request).substring(9, 12));
    }

    private Shell.Result slow(String... options) {
        List<String> command = new ArrayList<>(
                List.of(SLOW.toString(), "-u", "http://127.0.0.1:" + port + "/index.html", "-c", "300", "-r", "200"));
        command.addAll(List.of("-l", "6", "-i", "1", "-p", "5"));
        command.addAll(List.of(options));
        return Shell.attempt(command.toArray(String[]::new));
    }

    /// Heads that do not come to their end, bodies that trickle, answers that are taken octet by octet.
    /// K69
    @Test
    void slowClientsCostNobodyElseAnything() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Shell.Result>> attacks = List.of(
                    () -> slow("-H"),
                    () -> slow("-B", "-s", "8192", "-x", "10"),
                    () -> slow("-X", "-w", "1", "-y", "64", "-n", "1", "-z", "8", "-k", "3"));
            List<Future<Shell.Result>> running =
                    attacks.stream().map(threads::submit).toList();
            int asked = 0;
            while (!running.stream().allMatch(Future::isDone)) {
                assertEquals(200, plain("/index.html"));
                assertEquals(200, byTls());
                asked++;
            }
            for (Future<Shell.Result> one : running) {
                String said = one.get().output().replaceAll("\u001B\\[[0-9;]*[A-Za-z]", "");
                assertTrue(said.contains("service available:   YES"), said);
                assertFalse(said.contains("service available:   NO"), said);
            }
            assertTrue(asked > 0, "somebody was served meanwhile");
        }
        assertEquals(200, plain("/.dhow/health"));
    }

    /// What a test certificate brings is left out, and the ciphers one by one, which take minutes.
    @Test
    void nothingIsWrongWithItsTls() throws Exception {
        Path report = temp.resolve("found.json");
        Shell.Result run = Shell.attempt(
                TESTSSL.toString(),
                "--quiet",
                "--color=0",
                "--warnings=batch",
                "--nodns=none",
                "--ip=127.0.0.1",
                "--fast",
                "--protocols",
                "--standard",
                "--pfs",
                "--vulnerable",
                "--jsonfile=" + report,
                HOST + ":" + tls);
        Map<String, String> found = new TreeMap<>();
        List<String> bad = new ArrayList<>();
        for (JsonNode one : Json.read(Files.readString(report), JsonNode.class)) {
            found.put(one.path("id").asText(), one.path("finding").asText());
            if (List.of("MEDIUM", "HIGH", "CRITICAL", "FATAL")
                    .contains(one.path("severity").asText())) {
                bad.add(one.toString());
            }
        }
        assertEquals(List.of(), bad, run.output());
        for (String old : List.of("SSLv2", "SSLv3", "TLS1", "TLS1_1")) {
            assertEquals("not offered", found.get(old), old + found);
        }
        for (String modern : List.of("TLS1_2", "TLS1_3")) {
            assertTrue(found.getOrDefault(modern, "").startsWith("offered"), modern + found);
        }
        for (String last : List.of("heartbleed", "secure_renego", "CRIME_TLS", "BREACH", "LUCKY13")) {
            assertTrue(found.containsKey(last), last + found);
        }
    }
}
