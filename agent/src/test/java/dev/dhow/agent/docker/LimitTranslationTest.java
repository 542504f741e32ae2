package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.dockerjava.api.model.HostConfig;
import dev.dhow.agent.manifest.Manifests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitTranslationTest {
    @ParameterizedTest
    @CsvSource({
        // Docker starts stopped containers with `always` when it starts itself: kept and failed ones would come back.
        "always, unless-stopped",
        "unless-stopped, unless-stopped",
        "on-failure:3, on-failure",
        "no, ''"
    })
    void dockerIsToldToLeaveWhatWasStopped(String written, String told) {
        String text = "version: 1\nservice: shop\nimage: a\nrestart: %s\nroles: {bot: {}}\n".formatted(written);
        HostConfig config = new HostConfig();
        LimitTranslation.apply(
                Objects.requireNonNull(Manifests.read(
                                        "f",
                                        "shop",
                                        text.getBytes(StandardCharsets.UTF_8),
                                        Path.of("/"),
                                        _ -> new byte[0])
                                .spec())
                        .roles()
                        .getFirst()
                        .container(),
                config);
        assertEquals(told, Objects.requireNonNull(config.getRestartPolicy()).getName());
    }
}
