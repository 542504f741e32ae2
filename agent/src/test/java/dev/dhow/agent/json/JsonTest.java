package dev.dhow.agent.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dhow.api.http.ServicesBody;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import dev.dhow.api.status.TrafficStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    private static final ServiceStatus SHOP = new ServiceStatus(
            "shop",
            "3f2a9c10",
            null,
            null,
            Phase.Degraded,
            List.of(new Condition(
                    Condition.Type.Available, Condition.Status.False, "NotReady", "0 of 1 ready", AT, "3f2a9c10")),
            List.of(new RoleStatus(
                    "web",
                    "shop:1",
                    1,
                    1,
                    0,
                    List.of(new ReplicaStatus(
                            1,
                            "shop-web-3f2a9c10-1",
                            "ab12",
                            "3f2a9c10",
                            "running",
                            ReplicaStatus.Health.UNREADY,
                            AT,
                            2,
                            new CheckResult(
                                    CheckResult.Kind.HTTP,
                                    false,
                                    AT,
                                    "http://172.17.0.2:80/up",
                                    404,
                                    null,
                                    "no\n\"page\"",
                                    null,
                                    "404: set healthcheck.http.path"),
                            new ReplicaStatus.LastExit(7, false, AT, List.of("bye")))))),
            null,
            List.of(),
            new TrafficStatus(TrafficStatus.State.MAINTENANCE, "soon", AT));

    private static final String TEXT = """
        {"services":[{"service":"shop","revision":"3f2a9c10","observed_revision":null,"content":null,"phase":"Degraded",\
        "conditions":[{"type":"Available","status":"False","reason":"NotReady","message":"0 of 1 ready",\
        "since":"2026-11-20T10:00:00Z","revision":"3f2a9c10"}],\
        "roles":[{"role":"web","image":"shop:1","desired":1,"running":1,"ready":0,"replicas":[{"replica":1,\
        "container":"shop-web-3f2a9c10-1","id":"ab12","revision":"3f2a9c10","state":"running","health":"unready",\
        "started_at":"2026-11-20T10:00:00Z","restarts":2,\
        "last_check":{"kind":"http","ok":false,"at":"2026-11-20T10:00:00Z","url":"http://172.17.0.2:80/up",\
        "status":404,"location":null,"body":"no\\n\\"page\\"","error":null,"hint":"404: set healthcheck.http.path"},\
        "last_exit":{"code":7,"oom_killed":false,"at":"2026-11-20T10:00:00Z","log":["bye"]},"image":null,"traffic":null}],"kept":[]}],"rollout":null,"warnings":[],\
        "traffic":{"state":"maintenance","message":"soon","since":"2026-11-20T10:00:00Z"}}]}\
        """;

    @Test
    void aServiceIsToldInTheWordsOfTheContract() {
        assertEquals(TEXT, Json.write(new ServicesBody(List.of(SHOP))));
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        assertEquals(List.of(SHOP), Json.read(TEXT, ServicesBody.class).services());
    }

    @Test
    void keysOfANewerAgentAreIgnored() throws IOException {
        assertEquals(
                List.of(),
                Json.read("{\"services\":[],\"later\":{\"a\":1}}", ServicesBody.class)
                        .services());
    }

    @Test
    void anUnknownWordIsAnErrorAndNoCrash() {
        assertThrows(IOException.class, () -> Json.read(TEXT.replace("\"unready\"", "\"sleepy\""), ServicesBody.class));
    }
}
