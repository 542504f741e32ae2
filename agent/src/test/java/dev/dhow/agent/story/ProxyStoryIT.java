package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests through the proxy to containers of a real Engine, while their versions change.
class ProxyStoryIT {
    private final Site site = new Site(TestEngine.shared());
    private final String web = site.engine.images().web();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = FreePort.find();
        site.proxied(port).start();
    }

    @AfterEach
    void end() {
        site.close();
        client.close();
    }

    private int get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        return answer.statusCode();
    }

    /// Asks the application without a pause, each time by a connection that is kept open. By the machine's address the
    /// proxy would answer for it.
    private Thread load(AtomicBoolean on, AtomicInteger asked, Queue<String> failed) {
        return Thread.ofPlatform().start(() -> {
            while (on.get()) {
                try {
                    int status = named("localhost", "/up");
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

    /// K19, K66
    @Test
    void rolloutsLoseNoRequest() throws Exception {
        site.drop("p1", Site.file("p1", web, "web", "replicas: 2", "proxy: {hosts: [localhost]}"))
                .settled("p1");
        assertEquals(200, named("localhost", "/up"));
        AtomicBoolean on = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        List<Thread> clients = List.of(load(on, asked, failed), load(on, asked, failed));
        for (int round = 0; round < 3; round++) {
            List<String> before = site.running();
            site.drop(
                    "p1",
                    Site.file(
                            "p1",
                            web,
                            "web",
                            "replicas: 2",
                            "proxy: {hosts: [localhost]}",
                            "rollout: {monitor: 0s}",
                            "environment: {A: '" + round + "'}"));
            Await.until(
                    "all are new",
                    site::running,
                    now -> now.size() == 2 && now.stream().noneMatch(before::contains));
            site.settled("p1");
        }
        site.drop(
                "p1",
                Site.file(
                        "p1",
                        web,
                        "web",
                        "replicas: 2",
                        "proxy: {hosts: [localhost]}",
                        "command: [sleep, '9']",
                        "deploy_timeout: 2s"));
        site.await(
                "p1",
                "rolled back",
                s -> s.path("rollout").path("outcome").asText().equals("rolled_back"));
        on.set(false);
        for (Thread one : clients) {
            one.join();
        }
        assertTrue(asked.get() > 100, "asked " + asked);
        assertEquals(List.of(), List.copyOf(failed), "of " + asked);
    }

    @Test
    void routesFollowTheFileAndHealthFollowsTheRoutes() throws Exception {
        // Nothing is served, and nothing is missing, once the agent knows so.
        Await.until("healthy", () -> get("/.dhow/health") == 200);
        site.drop("p2", Site.file("p2", web, "web", "proxy: {hosts: [localhost]}"))
                .settled("p2");
        assertEquals(200, named("localhost", "/up"));
        assertEquals(404, named("127.0.0.1", "/"));
        site.drop("p2", Site.file("p2", web, "web", "proxy: {default: true}")).settled("p2");
        Await.until(
                "the route is another",
                () -> named("127.0.0.1", "/index.html") != 404 || get("/cgi-bin/status?203") == 203);
        site.delete("p2");
        Await.until("it is gone", () -> site.containers().isEmpty());
        assertEquals(404, get("/"));
        assertEquals(200, get("/.dhow/health"));
    }

    /// Everything that is served is found again by an agent that starts anew.
    /// K59
    @Test
    void agentThatStartsAgainServesWhatRuns() throws Exception {
        site.drop("p3", Site.file("p3", web, "web", "proxy: {default: true}")).settled("p3");
        List<String> before = site.identities();
        site.restart();
        Await.until("served again", () -> get("/.dhow/health/p3") == 200 && get("/cgi-bin/status?203") == 203);
        assertEquals(before, site.identities());
    }

    /// An agent that starts again serves at once what the one before it served: nobody is told that nothing is there.
    @Test
    void restartCostsTheListenersGapAndNothingElse() throws Exception {
        site.drop("p5", Site.file("p5", web, "web", "replicas: 2", "proxy: {hosts: [localhost]}"))
                .settled("p5");
        Await.until(
                "routes are kept",
                () -> Files.readString(site.state.resolve("last-routes")).contains("p5"));
        AtomicBoolean on = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        Thread client = load(on, asked, failed);
        for (int round = 0; round < 3; round++) {
            int before = asked.get();
            Await.until("it is asked", () -> asked.get() > before + 20);
            site.restart();
            // Until then connections are refused; what is answered is told below.
            Await.until("it listens", () -> named("localhost", "/.dhow/health/p5") > 0);
            if (named("localhost", "/.dhow/health/p5") != 200 || get("/.dhow/health") != 200) {
                failed.add("answered that it is not healthy");
            }
        }
        on.set(false);
        client.join();
        assertEquals(
                List.of(),
                failed.stream().filter(one -> one.startsWith("answered")).toList(),
                "only connections fail, while nobody listens");
    }

    /// What an operator switched stays so over a restart of the agent and a new version, which comes beneath.
    /// K21
    @Test
    void maintenanceOutlivesTheAgentAndARollout() throws Exception {
        site.drop("p6", Site.file("p6", web, "web", "proxy: {default: true}")).settled("p6");
        RawHttp api = RawHttp.socket(site.root.resolve("dhow.sock"));
        String path = "/v1/services/p6/";
        assertEquals(
                202,
                api.sendBody("POST", path + "maintenance", "{\"on\":true,\"message\":\"back <soon>\"}")
                        .status());
        assertEquals(503, get("/index.html"));
        assertEquals(200, get("/.dhow/health"));
        assertEquals(
                "maintenance", site.status("p6").path("traffic").path("state").asText());
        site.restart();
        Await.until("served again", () -> get("/.dhow/health/p6") == 200);
        assertEquals(503, get("/index.html"));
        String before = site.only("p6");
        site.drop("p6", Site.file("p6", web, "web", "proxy: {default: true}", "environment: {A: b}"));
        Await.until("replaced", site::running, now -> now.size() == 1 && !now.contains(before));
        assertEquals(503, get("/index.html"));
        assertEquals(
                202,
                api.sendBody("POST", path + "maintenance", "{\"on\":false}").status());
        assertEquals(200, get("/cgi-bin/status?200"));

        assertEquals(202, api.send("POST", path + "pause", "Host: a").status());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/cgi-bin/status?203"))
                .build();
        CompletableFuture<HttpResponse<String>> waits = client.sendAsync(request, BodyHandlers.ofString());
        assertEquals("paused", site.status("p6").path("traffic").path("state").asText());
        assertEquals(202, api.send("POST", path + "resume", "Host: a").status());
        assertEquals(203, waits.get(20, TimeUnit.SECONDS).statusCode());
        assertTrue(site.status("p6").path("traffic").isNull());
    }

    /// Each replica's way as whoever applies a file sees it, though the moves of traffic take milliseconds.
    @Test
    void whoAppliesAFileSeesTheTrafficMove() throws Exception {
        List<String> first = applied("1");
        assertEquals(List.of("p7/bot/1 created", "p7/bot/1 ready"), milestones(first, "p7/bot/1"), first::toString);
        JsonNode before = site.settled("p7");
        List<String> second = applied("2");
        for (int replica = 1; replica <= 2; replica++) {
            String subject = "p7/web/" + replica;
            String old = subject + " " + container(before, "web", replica);
            assertEquals(
                    List.of(
                            subject + " created",
                            subject + " ready",
                            subject + " switched",
                            old + " drained",
                            old + " stopped, kept"),
                    milestones(second, subject),
                    second::toString);
        }
        assertEquals(
                List.of(
                        "p7/bot/1 created",
                        "p7/bot/1 ready",
                        "p7/bot/1 %s stopped, kept".formatted(container(before, "bot", 1))),
                milestones(second, "p7/bot/1"),
                second::toString);
        JsonNode now = site.settled("p7");
        assertEquals(
                "drained", role(now, "web").path("kept").path(0).path("traffic").asText());
        assertEquals(
                "serving",
                role(now, "web").path("replicas").path(0).path("traffic").asText());
        assertTrue(role(now, "bot").path("kept").path(0).path("traffic").isNull());
    }

    /// What following a new version to its end prints.
    private List<String> applied(String version) throws Exception {
        Path file = Files.writeString(site.root.resolve("p7.yaml"), """
            version: 1
            service: p7
            image: %s
            environment: {A: '%s'}
            readiness_delay: 200ms
            rollout: {monitor: 3s}
            roles:
              web: {replicas: 2, proxy: {hosts: [localhost]}}
              bot: {}
            """.formatted(web, version));
        Shell.Result result = site.dhow("apply", "-f", file.toString(), "--wait", "--timeout", "1m");
        assertEquals(0, result.exitCode(), result.output());
        return result.output().lines().toList();
    }

    /// Those lines of a place that do not depend on when somebody looked.
    private static List<String> milestones(List<String> lines, String subject) {
        return lines.stream()
                .filter(line -> line.startsWith(subject + " "))
                .filter(line -> !line.endsWith(" starting") && !line.endsWith(" draining"))
                .toList();
    }

    private static JsonNode role(JsonNode status, String name) {
        for (JsonNode role : status.path("roles")) {
            if (role.path("role").asText().equals(name)) {
                return role;
            }
        }
        throw new AssertionError("no role " + name + ": " + status);
    }

    private static String container(JsonNode status, String role, int replica) {
        for (JsonNode one : role(status, role).path("replicas")) {
            if (one.path("replica").asInt() == replica) {
                return one.path("container").asText();
            }
        }
        throw new AssertionError("no replica %d of %s: %s".formatted(replica, role, status));
    }

    private int named(String host, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }
}
