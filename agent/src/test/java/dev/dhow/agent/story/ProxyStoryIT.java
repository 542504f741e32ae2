package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestEngine;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress("127.0.0.1", 0));
            port = free.getLocalPort();
        }
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

    /// Asks without a pause, each time by a connection that is kept open.
    private Thread load(AtomicBoolean on, AtomicInteger asked, Queue<String> failed) {
        return Thread.ofPlatform().start(() -> {
            while (on.get()) {
                try {
                    int status = get("/up");
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

    @Test
    void rolloutsLoseNoRequest() throws Exception {
        site.drop("p1", Site.file("p1", web, "web", "replicas: 2", "proxy: {default: true}"))
                .settled("p1");
        assertEquals(200, get("/up"));
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
                            "proxy: {default: true}",
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
                        "proxy: {default: true}",
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
    @Test
    void agentThatStartsAgainServesWhatRuns() throws Exception {
        site.drop("p3", Site.file("p3", web, "web", "proxy: {default: true}")).settled("p3");
        List<String> before = site.identities();
        site.restart();
        Await.until("served again", () -> get("/.dhow/health/p3") == 200 && get("/cgi-bin/status?203") == 203);
        assertEquals(before, site.identities());
    }

    private int named(String host, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }
}
