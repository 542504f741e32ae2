package dev.dhow.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.RawHttp.Reply;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The routes that change something, on the socket, with a real services directory.
class ChangesTest {
    private static Vertx vertx;

    @TempDir
    Path dir;

    private final FakeView view = new FakeView();
    private final FakeControl control = new FakeControl();
    private Path services;
    private ApiServer server;
    private RawHttp socket;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void shut() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @BeforeEach
    void start() throws Exception {
        Path path = dir.resolve("dhow.sock");
        services = Files.createDirectory(dir.resolve("services.d"));
        server = new ApiServer(
                vertx, new AgentConfig.Api(path, null, List.of()), "web-1", control.parts(view, services));
        server.start();
        socket = RawHttp.socket(path);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String file(String service, String image) {
        return "version: 1\nservice: %s\nimage: %s # of today\nroles: {bot: {}}\n".formatted(service, image);
    }

    private static String content(String text) {
        return new ServiceText("", "", text).content();
    }

    private Reply put(String text, String... headers) throws IOException {
        return socket.sendBody("PUT", "/v1/services/shop", text, headers);
    }

    private static JsonNode json(int status, Reply reply) throws IOException {
        assertEquals(status, reply.status(), reply.body());
        return Json.read(reply.body(), JsonNode.class);
    }

    private static void error(int status, String part, Reply reply) throws IOException {
        String error = json(status, reply).path("error").asText();
        assertTrue(error.contains(part), error);
    }

    @Test
    void aTextBecomesTheFileAsItIs() throws IOException {
        String text = file("shop", "shop:1");
        Reply made = put(text);
        JsonNode body = json(201, made);
        assertEquals("shop", body.path("service").asText());
        assertEquals(content(text), body.path("content").asText());
        assertTrue(body.path("message").asText().contains(services + "/shop.yaml"));
        assertTrue(made.has("etag: \"" + content(text) + "\""), made.head());
        assertEquals(text, Files.readString(services.resolve("shop.yaml")));
        json(200, put(text));
        json(200, put(file("shop", "shop:2")));
        assertEquals(file("shop", "shop:2"), Files.readString(services.resolve("shop.yaml")));
    }

    @Test
    void everyProblemIsToldAsDataAndAsTextAndNothingIsWritten() throws IOException {
        String text = "version: 1\nservice: blog\nimagee: x\nroles: {bot: {}}\n";
        JsonNode body = json(422, put(text));
        assertEquals("the file has 2 errors", body.path("error").asText());
        JsonNode first = body.path("problems").get(0);
        assertEquals("error", first.path("severity").asText());
        assertEquals("shop.yaml", first.path("file").asText());
        assertEquals(2, first.path("line").asInt());
        assertEquals(10, first.path("column").asInt());
        assertEquals("service", first.path("path").asText());
        assertTrue(body.path("text").asText().contains("error: shop.yaml:3:1: imagee: unknown key"), body.toString());
        assertFalse(Files.exists(services.resolve("shop.yaml")));
        error(422, "1 error", socket.sendBody("PUT", "/v1/services/Shop_1", file("shop", "a")));
        error(422, "1 error", put(""));
    }

    @Test
    void aWarningIsToldBesideTheSuccess() throws IOException {
        JsonNode body = json(
                201,
                put("version: 1\nservice: shop\nimage: a\nroles: {bot: {healthcheck: {test: [CMD, \"true\"]}}}\n"));
        assertEquals("warning", body.path("problems").get(0).path("severity").asText());
    }

    @Test
    void ifMatchTakesTheContentThatWasSeen() throws IOException {
        error(412, "there is none", put(file("shop", "a"), "If-Match: *"));
        put(file("shop", "a"));
        String seen = content(file("shop", "a"));
        json(200, put(file("shop", "b"), "If-Match: \"" + seen + "\""));
        error(412, "it is " + content(file("shop", "b")), put(file("shop", "c"), "If-Match: \"" + seen + "\""));
        error(412, "look again", socket.send("DELETE", "/v1/services/shop", "Host: a", "If-Match: " + seen));
        json(200, put(file("shop", "c"), "If-Match: " + content(file("shop", "b"))));
        json(200, put(file("shop", "d"), "If-Match: *"));
        error(400, "one content", put(file("shop", "e"), "If-Match: \"a\", \"b\""));
        error(400, "one content", socket.send("DELETE", "/v1/services/shop", "Host: a", "If-Match: a", "If-Match: b"));
        assertEquals(file("shop", "d"), Files.readString(services.resolve("shop.yaml")));
    }

    @Test
    void aFileThatIsNotOursToWriteIsAConflict() throws IOException {
        Files.createSymbolicLink(services.resolve("shop.yaml"), dir.resolve("elsewhere"));
        error(409, "somebody else's deploy", put(file("shop", "a")));
        error(409, "somebody else's deploy", socket.send("DELETE", "/v1/services/shop", "Host: a"));
    }

    @Test
    void aDiskThatFailsIsAnErrorOfTheAgent() throws IOException {
        Files.createDirectories(services.resolve(".shop.yaml.dhow/in the way"));
        error(500, "nothing is changed", put(file("shop", "a")));
    }

    @Test
    void deleteRemovesTheFile() throws IOException {
        put(file("shop", "a"));
        JsonNode body = json(200, socket.send("DELETE", "/v1/services/shop", "Host: a"));
        assertEquals(content(file("shop", "a")), body.path("content").asText());
        assertFalse(Files.exists(services.resolve("shop.yaml")));
        assertEquals(List.of("meant shop"), control.asked);
    }

    @Test
    void deleteOfAServiceWithoutAFileConfirmsItsRemovalOrIs404() throws IOException {
        JsonNode gone = json(200, socket.send("DELETE", "/v1/services/shop", "Host: a"));
        assertTrue(gone.path("message").asText().contains("gone already"));
        assertEquals(List.of("meant shop"), control.asked);
        error(404, "unknown service \"blog\"", socket.send("DELETE", "/v1/services/blog", "Host: a"));
        error(404, "unknown service", socket.send("DELETE", "/v1/services/..%2fx", "Host: a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "retry", "update", "restart", "hold", "unhold", "pause", "resume"})
    void verbsAreAcceptedUnknownOrRefused(String verb) throws IOException {
        JsonNode body = json(202, socket.send("POST", "/v1/services/shop/" + verb, "Host: a"));
        assertEquals("shop", body.path("service").asText());
        assertEquals(verb + " begins", body.path("message").asText());
        assertEquals(List.of(verb + " shop"), control.asked);
        error(404, "unknown service \"blog\"", socket.send("POST", "/v1/services/blog/" + verb, "Host: a"));
        control.refusal = "there is nothing to go back to";
        error(409, "there is nothing to go back to", socket.send("POST", "/v1/services/shop/" + verb, "Host: a"));
    }

    @Test
    void aRollbackMayNameItsRevision() throws IOException {
        String path = "/v1/services/shop/rollback";
        json(202, socket.sendBody("POST", path, "{\"revision\":\"3f2a9c10\"}"));
        json(202, socket.sendBody("POST", path, "{}"));
        error(400, "leave it out", socket.sendBody("POST", path, "3f2a9c10"));
        assertEquals(List.of("rollback shop 3f2a9c10", "rollback shop"), control.asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "retry", "update", "restart", "hold", "unhold", "pause", "resume"})
    void aMistypedKeyIsRefusedAndNotTakenForNone(String verb) throws IOException {
        String path = "/v1/services/shop/" + verb;
        error(400, "unknown key \"revison\"", socket.sendBody("POST", path, "{\"revison\":\"3f2a9c10\"}"));
        error(400, "leave it out", socket.sendBody("POST", path, "[1]"));
        assertEquals(List.of(), control.asked);
        json(202, socket.sendBody("POST", path, "{}"));
    }

    @Test
    void maintenanceSaysWhetherItBeginsOrEnds() throws IOException {
        String path = "/v1/services/shop/maintenance";
        json(202, socket.sendBody("POST", path, "{\"on\":true,\"message\":\"back at 10\"}"));
        json(202, socket.sendBody("POST", path, "{\"on\":false}"));
        assertEquals(List.of("maintenance shop on back at 10", "maintenance shop off"), control.asked);
        error(400, "the body does not say whether it begins or ends", socket.send("POST", path, "Host: a"));
        error(400, "the body does not say", socket.sendBody("POST", path, "{\"message\":\"x\"}"));
        error(400, "unknown key \"of\"", socket.sendBody("POST", path, "{\"of\":true}"));
        error(404, "unknown service", socket.sendBody("POST", "/v1/services/blog/maintenance", "{\"on\":true}"));
        assertEquals(3, control.asked.size());
    }

    @Test
    void historyIsToldAndTheFileOfARevisionWhereItIsAskedFor() throws IOException {
        JsonNode entry = json(200, socket.get("/v1/services/shop/history"))
                .path("revisions")
                .get(0);
        assertEquals("rolled_back", entry.path("rollout").path("outcome").asText());
        assertTrue(entry.path("file").isNull());
        JsonNode shown = json(200, socket.get("/v1/services/shop/history?show=3f2a9c10"));
        assertEquals(
                "service: shop\n", shown.path("revisions").get(0).path("file").asText());
        error(404, "unknown service", socket.get("/v1/services/blog/history"));
        error(400, "once", socket.get("/v1/services/shop/history?show=a&show=b"));
    }

    @Test
    void aTextIsValidatedWithoutBeingWritten() throws IOException {
        JsonNode good = json(200, socket.sendBody("POST", "/v1/validate", file("shop", "a")));
        assertTrue(good.path("error").isNull(), good.toString());
        assertEquals(0, good.path("problems").size());
        JsonNode bad = json(200, socket.sendBody("POST", "/v1/validate?service=blog", file("shop", "a")));
        assertEquals("the file has 1 error", bad.path("error").asText());
        try (var files = Files.list(services)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aTextIsPlanned() throws IOException {
        JsonNode plan = json(200, socket.sendBody("POST", "/v1/plan", file("shop", "a")));
        assertEquals(1, plan.path("changes").asInt());
        assertEquals("shop/web/2", plan.path("waits").get(0).path("subject").asText());
        assertEquals(List.of("plan shop.yaml " + file("shop", "a").length()), control.asked);
        error(422, "1 error", socket.sendBody("POST", "/v1/plan", "["));
        control.unavailable = "Docker does not answer";
        error(503, "Docker does not answer", socket.sendBody("POST", "/v1/plan", file("shop", "a")));
    }

    @Test
    void heldRemovalsAreConfirmed() throws IOException {
        error(409, "nothing to confirm", socket.send("POST", "/v1/confirm-removal", "Host: a"));
        control.held.addAll(List.of("blog", "shop"));
        JsonNode body = json(202, socket.send("POST", "/v1/confirm-removal", "Host: a"));
        assertEquals("[\"blog\",\"shop\"]", body.path("services").toString());
        assertTrue(body.path("message").asText().endsWith(": blog, shop"));
    }

    @Test
    void hostIsDrainedAndTakesRequestsAgain() throws IOException {
        error(409, "the host does not drain", socket.send("POST", "/v1/undrain", "Host: a"));
        JsonNode body = json(202, socket.send("POST", "/v1/drain", "Host: a"));
        assertEquals("health fails from now on", body.path("message").asText());
        JsonNode host = json(200, socket.get("/v1/host"));
        assertEquals("2026-11-20T10:00:35Z", host.path("drain").path("ends").asText());
        assertEquals(2, host.path("requests_in_flight").asInt());
        json(202, socket.send("POST", "/v1/undrain", "Host: a"));
        assertTrue(json(200, socket.get("/v1/host")).path("drain").isNull());
        JsonNode probe = json(200, socket.get("/v1/probes")).path("probes").get(0);
        assertEquals(
                "10.0.0.9 v1 192.0.2.7 200",
                "%s %s %s %d"
                        .formatted(
                                probe.path("source").asText(),
                                probe.path("proxy_header").asText(),
                                probe.path("client").asText(),
                                probe.path("code").asInt()));
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, /v1/services/shop, 'delete, get, head, put'",
        "GET, /v1/services/shop/rollback, post",
        "GET, /v1/validate, post",
        "DELETE, /v1/plan, 'get, head, post'",
        "POST, /v1/services/shop/history, 'get, head'",
    })
    void otherMethodsAre405AndTellWhichThereAre(String method, String path, String allowed) throws IOException {
        Reply reply = socket.send(method, path, "Host: a");
        assertEquals(405, reply.status());
        assertTrue(reply.has("allow: " + allowed), reply.head());
    }

    @Test
    void aFileAboveOneMebibyteIsRefused() throws IOException {
        String most = file("shop", "a") + "#".repeat(30_000) + "\n";
        json(201, put(most + ("#".repeat(60_000) + "\n").repeat(15)));
        error(
                413,
                "larger than 1048576 bytes",
                socket.send("PUT", "/v1/services/shop", "Host: a", "Content-Length: 1048577"));
    }
}
