package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ContainerSpec.Restart;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InspectParserTest {
    private static final String LABELS = """
        {"dev.dhow.host":"h","dev.dhow.service":"shop","dev.dhow.role":"web","dev.dhow.replica":"2",
         "dev.dhow.revision":"0badcafe","dev.dhow.spec":"1:00","dev.dhow.image":"shop:1"}\
        """;

    private static JsonNode json(String text) throws IOException {
        return EngineSession.JSON.readTree(text);
    }

    private static ObservedContainer container(String text) throws IOException {
        return InspectParser.container(json(text)).orElseThrow();
    }

    @Test
    void everyFieldIsRead() throws IOException {
        ObservedContainer container = container("""
            {"Id":"f00","Name":"/shop-web-0badcafe-2","Image":"sha256:1","RestartCount":3,
             "State":{"Status":"running","OOMKilled":true,"ExitCode":7,"Error":"odd",
               "StartedAt":"2026-01-02T03:04:05.123456789Z","FinishedAt":"2026-01-02T03:04:04+01:00",
               "Health":{"Status":"unhealthy","FailingStreak":4,"Log":[
                 {"Start":"2026-01-02T03:04:05Z","End":"2026-01-02T03:04:06Z","ExitCode":0,"Output":"old"},
                 {"Start":"2026-01-02T03:04:07Z","End":"2026-01-02T03:04:08Z","ExitCode":1,"Output":"no"}]}},
             "Config":{"Labels":%s,"StopTimeout":21,"Healthcheck":{"Test":["CMD","x"],"Interval":1000000000,"Timeout":2000000000,
               "StartPeriod":3000000000,"Retries":5}},
             "HostConfig":{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":9},
               "PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"},{"HostIp":"","HostPort":"81"}],
                               "53/udp":[{"HostIp":"0.0.0.0","HostPort":"53"}],"90/tcp":[{"HostPort":""}]}},
             "NetworkSettings":{"Networks":{"dhow":{"IPAddress":"10.0.0.2"},
               "six":{"IPAddress":"","GlobalIPv6Address":"fd00::2"}}}}\
            """.formatted(LABELS));
        assertEquals(
                new ObservedContainer(
                        "f00",
                        "shop-web-0badcafe-2",
                        new Owner("h", "shop", "web", 2, "0badcafe", "1:00", "shop:1", null),
                        "sha256:1",
                        RunState.RUNNING,
                        new DockerHealth(
                                DockerHealth.Status.UNHEALTHY,
                                4,
                                Instant.parse("2026-01-02T03:04:08Z"),
                                1,
                                "no",
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                5),
                        Instant.parse("2026-01-02T03:04:05.123456789Z"),
                        Instant.parse("2026-01-02T02:04:04Z"),
                        ObservedContainer.FORGOTTEN,
                        true,
                        "odd",
                        3,
                        new Restart(Restart.Mode.ON_FAILURE, 9),
                        Map.of("dhow", "10.0.0.2", "six", "fd00::2"),
                        Set.of("127.0.0.1:8080/tcp", "0.0.0.0:81/tcp", "0.0.0.0:53/udp"),
                        Duration.ofSeconds(21)),
                container);
    }

    @Test
    void neverIsNullAndTimingsFallBackToTheEngines() throws IOException {
        ObservedContainer container = container("""
            {"Id":"f00","Name":"/x","Image":"sha256:1",
             "State":{"Status":"created","StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z",
               "Health":{"Status":"starting","FailingStreak":0,"Log":null}},
             "Config":{"Labels":%s,"Healthcheck":{"Test":["CMD","x"]}},
             "HostConfig":{"RestartPolicy":{"Name":""},"PortBindings":null},
             "NetworkSettings":{"Networks":{"dhow":{"IPAddress":""}}}}\
            """.formatted(LABELS));
        assertNull(container.startedAt());
        assertNull(container.finishedAt());
        assertEquals(
                new DockerHealth(
                        DockerHealth.Status.STARTING,
                        0,
                        null,
                        null,
                        "",
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ZERO,
                        3),
                container.health());
        assertEquals(new Restart(Restart.Mode.NO, 0), container.restart());
        assertEquals(Map.of(), container.addresses());
        assertEquals(Duration.ofSeconds(10), container.stopGrace());
    }

    @Test
    void aGraceOfNothingIsNoGraceAndOneWithoutEndIsNotWaitedFor() throws IOException {
        String text = "{\"Config\":{\"Labels\":%s,\"StopTimeout\":%d}}";
        assertEquals(Duration.ZERO, container(text.formatted(LABELS, 0)).stopGrace());
        assertEquals(
                Duration.ofSeconds(10), container(text.formatted(LABELS, -1)).stopGrace());
    }

    @Test
    void aStateThatIsNotKnownIsUnknownAndStaysReachable() throws IOException {
        String text = """
            {"Id":"f00","Name":"/x","State":%s,"Config":{"Labels":%s},
             "NetworkSettings":{"Networks":{"dhow":{"IPAddress":"10.0.0.2"}}}}\
            """;
        for (String state : List.of("{\"Status\":\"hibernating\"}", "{\"Status\":\"\"}", "{}", "null")) {
            ObservedContainer container = container(text.formatted(state, LABELS));
            assertEquals(RunState.UNKNOWN, container.state(), state);
            assertEquals(Map.of("dhow", "10.0.0.2"), container.addresses(), state);
        }
    }

    @Test
    void theHostsNetworkIsReachedOnLoopback() throws IOException {
        String text = """
            {"Id":"f00","Name":"/x","State":{"Status":"%s"},"Config":{"Labels":%s},
             "NetworkSettings":{"Networks":{"host":{"IPAddress":""}}}}\
            """;
        assertEquals(
                Map.of("host", "127.0.0.1"),
                container(text.formatted("running", LABELS)).addresses());
        assertEquals(Map.of(), container(text.formatted("exited", LABELS)).addresses());
    }

    @Test
    void aContainerWithoutOurLabelsIsNotOurs() throws IOException {
        assertEquals(Optional.empty(), InspectParser.container(json("{\"Config\":{\"Labels\":{\"a\":\"b\"}}}")));
        assertEquals(Optional.empty(), InspectParser.container(json("{\"Config\":{\"Labels\":null}}")));
        assertEquals(Optional.empty(), InspectParser.container(json("{}")));
    }

    @Test
    void imagesTellTheirChecksAndPorts() throws IOException {
        assertEquals(
                new ImageFacts("sha256:1", List.of("shop@sha256:2"), true, List.of(80, 443)),
                InspectParser.image(json("""
                    {"Id":"sha256:1","RepoDigests":["shop@sha256:2"],"Config":{
                     "Healthcheck":{"Test":["CMD-SHELL","x"]},
                     "ExposedPorts":{"443/tcp":{},"53/udp":{},"80":{}}}}\
                    """)));
        assertEquals(
                new ImageFacts("sha256:1", List.of(), false, List.of()),
                InspectParser.image(json("{\"Id\":\"sha256:1\",\"RepoDigests\":null,\"Config\":null}")));
        assertEquals(
                new ImageFacts("sha256:1", List.of(), false, List.of()),
                InspectParser.image(json("{\"Id\":\"sha256:1\",\"Config\":{\"Healthcheck\":{\"Test\":[\"NONE\"]}}}")));
    }
}
