package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestEngine;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/// Another tool, Testcontainers, has a container on the same Engine and network, which looks much like one of ours.
class NeighbourIT {
    private static final String STAMP = "{{.Id}} {{.State.StartedAt}} {{.Name}} {{.State.Status}}";

    private final Site site = new Site(TestEngine.shared());
    private final String web = site.engine.images().web();

    @BeforeEach
    void start() throws Exception {
        site.start();
        // Brings the network `dhow`.
        site.drop("first", Site.file("first", site.engine.images().sleeper(), "bot"))
                .settled("first");
    }

    @AfterEach
    void end() {
        site.close();
    }

    /// R15
    @Test
    void aNeighbourThatLooksLikeOursIsReachedAndLeftAlone() throws Exception {
        try (GenericContainer<?> neighbour = new GenericContainer<>(DockerImageName.parse(web))
                .withCreateContainerCmdModifier(create -> create.withName("shop-web-00000000-1"))
                .withLabels(Map.of("dev.dhow.service", "shop", "dev.dhow.role", "web", "dev.dhow.replica", "1"))
                .withNetworkMode("dhow")
                .withExposedPorts(80)
                .waitingFor(Wait.forHttp("/up").forPort(80))) {
            neighbour.start();
            String before = site.inspect(neighbour.getContainerId(), STAMP);

            site.drop("shop", Site.file("shop", web, "web", "proxy: {app_port: 80}"))
                    .settled("shop");
            String created = site.only("shop");
            assertReaches(neighbour, created);

            site.drop("shop", Site.file("shop", web, "web", "proxy: {app_port: 80}", "environment: {A: '1'}"));
            Await.until("replaced", () -> site.running().stream().noneMatch(created::equals));
            site.settled("shop");
            assertReaches(neighbour, site.only("shop"));

            site.restart();
            site.settled("shop");
            site.delete("shop");
            Await.until("removed", () -> site.get("/v1/services/shop").statusCode() == 404);
            assertEquals(before, site.inspect(neighbour.getContainerId(), STAMP));
        }
    }

    private void assertReaches(GenericContainer<?> neighbour, String container) throws Exception {
        String address = site.inspect(container, "{{.NetworkSettings.Networks.dhow.IPAddress}}");
        Container.ExecResult answer = neighbour.execInContainer(
                "sh", "-c", "printf 'GET /up HTTP/1.0\\r\\n\\r\\n' | nc -w 10 %s 80".formatted(address));
        assertTrue(answer.getStdout().contains(" 200 OK"), answer.toString());
    }
}
