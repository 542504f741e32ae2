package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.dockerjava.api.model.HostConfig;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.testing.TestRoles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MountTranslationTest {
    @Test
    void pathsOfTheHostAreThoseThatWereJudged() {
        String text = """
            version: 1
            service: shop
            image: a
            roles:
              bot:
                volumes:
                  - /srv/old:/a:ro
                  - {type: bind, source: /srv/new, target: /b, bind: {create_host_path: false}}
                  - /srv/plain:/c
            """;
        ContainerRequest request = TestRoles.request(
                        "web-1",
                        "shop",
                        Objects.requireNonNull(Manifests.read(
                                                "f",
                                                "shop",
                                                text.getBytes(StandardCharsets.UTF_8),
                                                Path.of("/"),
                                                _ -> new byte[0])
                                        .spec())
                                .roles()
                                .getFirst())
                .leading(Map.of("/srv/old", "/srv/1", "/srv/new", "/srv/2"));
        HostConfig config = new HostConfig();
        MountTranslation.apply(request, config);
        assertEquals("/srv/1", config.getBinds()[0].getPath());
        assertEquals("/srv/plain", config.getBinds()[1].getPath());
        assertEquals(
                "/srv/2", Objects.requireNonNull(config.getMounts()).getFirst().getSource());
    }
}
