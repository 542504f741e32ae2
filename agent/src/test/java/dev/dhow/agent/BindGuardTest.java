package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfigReader;
import dev.dhow.agent.config.AgentConfigReader.Result;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.testing.TestRoles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Paths of the host that change between the reading of a service's file and the making of its container.
class BindGuardTest {
    @TempDir
    private Path temp;

    private Path app;
    private BindGuard guard;

    @BeforeEach
    void directories() throws IOException {
        temp = temp.toRealPath();
        app = Files.createDirectories(temp.resolve("srv/app"));
        String config = "policy: {bind_roots: [%s/srv]}".formatted(temp);
        guard = new BindGuard(
                ((Result.Good) AgentConfigReader.read("agent.yaml", config.getBytes(StandardCharsets.UTF_8))).config());
    }

    @Test
    void aLinkThatCameAfterTheFileWasReadIsFollowedAgain() throws Exception {
        String path = app.resolve("x").toString();
        ContainerRequest request = mounting(path);
        assertEquals(path, guard.leading(request).get(path));
        Files.createSymbolicLink(app.resolve("x"), Path.of("/"));
        RuntimeFailure denied = assertThrows(RuntimeFailure.class, () -> guard.leading(request));
        assertEquals(Kind.INVALID, denied.kind());
        assertTrue(
                String.valueOf(denied.getMessage()).startsWith("shop-bot-0badcafe-1 is not made: %s".formatted(path)),
                denied::getMessage);
    }

    @Test
    void dockerGetsWhereAPathLeads() throws Exception {
        Files.createDirectory(app.resolve("v2"));
        Files.createSymbolicLink(app.resolve("current"), Path.of("v2"));
        String path = app.resolve("current/data").toString();
        assertEquals(Map.of(path, app + "/v2/data"), only(guard.leading(mounting(path)), path));
    }

    @Test
    void aWayThatNobodyCanFollowIsDenied() throws Exception {
        Files.createSymbolicLink(app.resolve("loop"), Path.of("loop"));
        String loop = denied(app.resolve("loop/x"));
        assertTrue(loop.contains("/loop/x cannot be looked at: nothing can be known of what is below " + app), loop);
        Files.createSymbolicLink(app.resolve("dangling"), Path.of("/not/yet"));
        String dangling = denied(app.resolve("dangling/x"));
        assertTrue(dangling.contains("/dangling is a symbolic link to what is not there"), dangling);
    }

    private String denied(Path path) {
        RuntimeFailure denied =
                assertThrows(RuntimeFailure.class, () -> guard.leading(mounting(path.toString())), path::toString);
        return String.valueOf(denied.getMessage());
    }

    private static Map<String, String> only(Map<String, String> all, String path) {
        return Map.of(path, Objects.requireNonNull(all.get(path)));
    }

    private static ContainerRequest mounting(String path) {
        String text = """
            version: 1
            service: shop
            image: a
            roles: {bot: {volumes: ["%s:/x"]}}
            """.formatted(path);
        Manifest manifest = Manifests.read(
                "shop.yaml", "shop", text.getBytes(StandardCharsets.UTF_8), Path.of("/"), _ -> new byte[0]);
        return TestRoles.request(
                "web-1", "shop", Objects.requireNonNull(manifest.spec()).roles().getFirst());
    }
}
