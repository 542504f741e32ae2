package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.proxy.Bench.Reply;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.ProxySpec.Serving;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may ask, and what the proxy says itself.
class AdmissionTest {
    /// Of `secret`.
    private static final String HASH = "$2y$05$aXr9f0RLmB5sVGxXw5nUUePAhDE3D8my3kSD1LJGoSmvYqjjRLwZq";

    @TempDir
    Path dir;

    private Backends first;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        first = new Backends("first");
        bench = new Bench(Ticker.system());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        first.close();
    }

    private static String login(String user, String password) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private void allow(List<String> listed, @Nullable Path file) {
        bench.by(Bench.spec(new Access(listed, file == null ? null : file.toString(), null, null)))
                .container("a", first.port());
    }

    private int from(String address) throws IOException {
        return bench.get("/", "X-Forwarded-For: " + address).status();
    }

    @Test
    void onlyListedAddressesMayAsk() throws Exception {
        allow(List.of("203.0.113.0/24", "2001:db8::/32"), null);
        assertEquals(200, from("203.0.113.7"));
        assertEquals(200, from("2001:db8::7"));
        assertEquals(200, from("::ffff:203.0.113.7"), "IPv4 written as IPv6");
        assertEquals(403, from("203.0.114.7"));
        assertEquals(403, from("203.0.113.7, 198.51.100.1"), "who stands further left was said by the client");
        assertEquals(403, bench.get("/").status(), "the peer itself");
        assertEquals(200, bench.get("/up").status(), "the host's own, where no route names it");
        assertEquals(200, bench.get("/.dhow/health").status());
        assertEquals(3, first.asked().size());
        assertTrue(bench.heard.contains("allow_from"));
    }

    @Test
    void aFileOfAddressesIsTakenWhenItChangesAndABadOneIsNot() throws Exception {
        Path file = dir.resolve("offices");
        allow(List.of(), file);
        assertEquals(403, from("203.0.113.7"), "one that was never good lets nobody in");
        Files.writeString(file, "203.0.113.0/24 # office\n");
        Await.until("taken", () -> from("203.0.113.7") == 200);
        Files.writeString(file, "203.0.113.0/24\n198.51.100.0/33\n");
        Path other = dir.resolve("other");
        Files.writeString(other, "198.51.100.0/24\n");
        Await.until("read", () -> from("203.0.113.7") == 200 && from("198.51.100.1") == 403);
        Files.delete(file);
        assertEquals(200, from("203.0.113.7"), "the last good one stays");
        Files.move(other, file);
        Await.until("taken", () -> from("203.0.113.7") == 403 && from("198.51.100.1") == 200);
    }

    /// What was good of a file stays in force when something else of the route changes.
    @Test
    void aBadFileIsNotReadAnewForAnotherKey() throws Exception {
        Path file = Files.writeString(dir.resolve("offices"), "203.0.113.0/24\n");
        Access access = new Access(List.of(), file.toString(), null, null);
        bench.by(Bench.spec(access)).container("a", first.port());
        Files.writeString(file, "nonsense\n");
        Serving quick = new Serving(Duration.ofSeconds(5), null, null, false, null, Map.of("X-A", "b"));
        bench.by(Bench.spec(access, quick));
        Reply reply = bench.get("/", "X-Forwarded-For: 203.0.113.7");
        assertEquals("200 b", reply.status() + " " + reply.field("x-a"));
    }

    private void users(String text) throws IOException {
        Path file = Files.writeString(dir.resolve("users"), text);
        ProxySpec named = new ProxySpec(
                List.of("a"),
                false,
                "/",
                true,
                null,
                ProxySpec.Tls.OFF,
                new Access(List.of(), null, file.toString(), null),
                Serving.DEFAULT);
        bench.by(named).container("a", first.port());
    }

    @Test
    void aLoginIsAskedFor() throws Exception {
        users("ann:" + HASH + "\n");
        Reply reply = bench.get("/");
        assertEquals(401, reply.status());
        assertEquals("Basic realm=\"shop\", charset=\"UTF-8\"", reply.field("www-authenticate"));
        assertEquals(401, bench.get("/", login("ann", "Secret")).status());
        assertEquals(401, bench.get("/", login("bob", "secret")).status());
        assertEquals(401, bench.get("/", "Authorization: Bearer " + HASH).status());
        assertEquals(401, bench.get("/", "Authorization: Basic ????").status());
        assertEquals(
                401,
                bench.get("/", "Authorization: Basic " + "YTph".repeat(1000)).status());
        assertEquals(
                401,
                bench.get("/", login("ann", "secret"), login("ann", "secret")).status(),
                "which of the two?");
        assertEquals(List.of(), first.asked());
        assertEquals(200, bench.get("/", login("ann", "secret")).status());
        assertEquals(
                200,
                bench.get("/", login("ann", "secret").replace("Basic", "bASIC")).status());
        assertEquals(
                login("ann", "secret"),
                "Authorization: " + first.asked().getFirst().header("Authorization"));
        assertTrue(bench.heard.contains("basic_auth"));
    }

    @Test
    void theApplicationsHealthNeedsNoLogin() throws Exception {
        users("ann:" + HASH + "\n");
        assertEquals(200, bench.get("/up").status());
        assertEquals(200, bench.get("/x/../up?a=b").status());
        assertEquals("/up?a=b", first.asked().getLast().uri(), "and nothing else is asked in its name");
        assertEquals(
                401, bench.ask("POST /up HTTP/1.1", "", "Content-Length: 0").status());
        assertEquals(401, bench.get("/up/x").status());
        assertEquals(401, bench.get("//up").status());
        assertEquals(401, bench.get("/up;x").status());
        assertEquals(401, bench.get("/%75p").status());
        assertEquals(200, bench.get("/.dhow/health/shop").status());
    }

    /// Below `/up` there may be an application that must be guarded.
    /// K18
    @Test
    void aPrefixThatIsCalledUpIsNoWayRoundALogin() throws Exception {
        Path file = Files.writeString(dir.resolve("users"), "ann:" + HASH + "\n");
        bench.by(new ProxySpec(
                        List.of("a"),
                        false,
                        "/up",
                        true,
                        null,
                        ProxySpec.Tls.OFF,
                        new Access(List.of(), null, file.toString(), null),
                        Serving.DEFAULT))
                .container("a", first.port());
        assertEquals(401, bench.get("/up").status());
    }

    @Test
    void usersComeAndGoWithTheirFile() throws Exception {
        users("ann:" + HASH + "\n");
        assertEquals(200, bench.get("/", login("ann", "secret")).status());
        Path file = dir.resolve("users");
        Files.writeString(file, "bob:" + HASH + "\n");
        Await.until("taken", () -> bench.get("/", login("ann", "secret")).status() == 401);
        assertEquals(200, bench.get("/", login("bob", "secret")).status());
        Files.writeString(file, "bob:" + HASH + "\nann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n");
        assertEquals(200, bench.get("/", login("bob", "secret")).status());
    }

    @Test
    void withoutAGoodFileOfUsersNobodyComesIn() throws Exception {
        users("ann:secret\n");
        assertEquals(401, bench.get("/", login("ann", "secret")).status());
        Files.writeString(dir.resolve("users"), "ann:" + HASH + "\n");
        Await.until("taken", () -> bench.get("/", login("ann", "secret")).status() == 200);
    }

    /// A body that comes with a refused request is not taken for the next request.
    @Test
    void aRefusedRequestLeavesNoBodyBehind() throws Exception {
        users("ann:" + HASH + "\n");
        String smuggled = "GET /stolen HTTP/1.1\r\nHost: a\r\n" + login("ann", "secret") + "\r\n\r\n";
        String answers =
                bench.raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + smuggled.length() + "\r\n\r\n" + smuggled);
        assertTrue(answers.startsWith("HTTP/1.1 401 "), answers);
        assertEquals(1, answers.split("HTTP/1.1 ", -1).length - 1, answers);
        assertEquals(List.of(), first.asked());
    }

    private void pages(Serving serving) {
        bench.by(Bench.spec(serving)).container("a", first.port());
    }

    private Serving withPages() {
        return new Serving(
                Duration.ofMillis(200), null, null, false, dir.toString(), Map.of("X-Frame-Options", "DENY"));
    }

    /// K61
    @Test
    void answersOfTheProxyHaveThePagesOfTheOperator() throws Exception {
        Files.writeString(dir.resolve("504.html"), "<h1>später{{message}}</h1>");
        pages(withPages());
        first.answers(exchange -> {
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        Reply reply = bench.get("/");
        assertEquals(504, reply.status());
        assertEquals("text/html; charset=utf-8", reply.field("content-type"));
        assertEquals("no-store", reply.field("cache-control"));
        assertEquals("DENY", reply.field("x-frame-options"), "as on every answer of the route");
        assertEquals("<h1>später</h1>", utf8(reply.body()));
        Reply head = bench.ask("HEAD / HTTP/1.1", "");
        assertEquals("504 16 ", head.status() + " " + head.field("content-length") + " " + head.body());
    }

    private static String utf8(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /// K20, K61
    @Test
    void pagesComeAndGoAndWhatTheApplicationSaysStays() throws Exception {
        pages(withPages());
        Backends gone = new Backends("gone");
        int port = gone.port();
        gone.close();
        bench.proxy.unroute("shop", "a");
        bench.container("b", port);
        assertEquals("no container of this service answers\n", bench.get("/").body(), "text where there is no page");
        Path page = Files.writeString(dir.resolve("502.html"), "<h1>sorry</h1>");
        Await.until("taken", () -> bench.get("/").body().equals("<h1>sorry</h1>"));
        Files.write(page, new byte[300 * 1024]);
        Path empty = Files.writeString(dir.resolve("503.html"), "");
        assertEquals("<h1>sorry</h1>", bench.get("/").body(), "one that is too large is not taken");
        Files.delete(page);
        Await.until("gone", () -> bench.get("/").body().startsWith("no container"));
        Files.delete(empty);
        Files.writeString(page, "<h1>sorry</h1>");
        bench.container("a", first.port());
        bench.proxy.unroute("shop", "b");
        first.answers(exchange -> Backends.say(exchange, 502, "of the application"));
        assertEquals("of the application", bench.get("/").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void clientsStayOnTheirReplica(String method) throws Exception {
        try (Backends second = new Backends("second")) {
            Serving sticky = new Serving(Duration.ofSeconds(30), null, null, true, null, Map.of());
            bench.by(Bench.spec(sticky)).container("a", first.port()).container("b", second.port());
            String line = method + " / HTTP/1.1";
            Reply one = bench.ask(line, "");
            String cookie = one.field("set-cookie");
            assertTrue(cookie.matches("dhow_sticky=[A-Za-z0-9_-]{16}; Path=/; HttpOnly; SameSite=Lax"), cookie);
            String mine = "Cookie: x=y; " + cookie.split(";", 2)[0] + "; z=1";
            for (int i = 0; i < 6; i++) {
                Reply again = bench.ask(line, "", mine);
                assertEquals(one.body(), again.body());
                assertEquals("", again.field("set-cookie"), "set only when it changes");
            }
            String https = bench.ask(line, "", "X-Forwarded-Proto: https").field("set-cookie");
            assertTrue(https.endsWith("; Secure"), https);
            assertTrue(bench.ask(line, "", "Cookie: dhow_sticky=")
                    .field("set-cookie")
                    .startsWith("dhow_sticky="));

            bench.proxy.unroute("shop", one.body().equals("first") ? "a" : "b");
            Reply moved = bench.ask(line, "", mine);
            assertTrue(!moved.body().equals(one.body()));
            assertTrue(!moved.field("set-cookie").isEmpty()
                    && !moved.field("set-cookie").equals(cookie));
        }
    }

    @Test
    void aReplicaThatIsBadLosesItsClients() throws Exception {
        try (Backends second = new Backends("second")) {
            Serving sticky = new Serving(Duration.ofSeconds(30), null, null, true, null, Map.of());
            bench.by(Bench.spec(sticky)).container("a", first.port());
            String cookie = "Cookie: " + bench.get("/").field("set-cookie").split(";", 2)[0];
            bench.container("b", second.port());
            assertEquals("first", bench.get("/", cookie).body());
            bench.container("a", first.port(), false);
            Reply moved = bench.get("/", cookie);
            assertEquals("second", moved.body());
            assertTrue(moved.field("set-cookie").startsWith("dhow_sticky="));
        }
    }

    /// A cache would hand the cookie of one to all.
    @Test
    void answersThatAreForAllTakeNoCookie() throws Exception {
        Serving sticky = new Serving(Duration.ofSeconds(30), null, null, true, null, Map.of());
        bench.by(Bench.spec(sticky)).container("a", first.port());
        first.answers(exchange -> {
            exchange.getResponseHeaders().add("Cache-Control", "max-age=60, Public");
            Backends.say(exchange, 200, "style");
        });
        assertEquals("", bench.get("/").field("set-cookie"));
        first.answers(exchange -> {
            exchange.getResponseHeaders().add("Set-Cookie", "session=1");
            Backends.say(exchange, 200, "page");
        });
        assertEquals(2, bench.get("/").all("set-cookie").size(), "beside the application's own");
    }
}
