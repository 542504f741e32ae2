package dev.dhow.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "nginx,docker.io,library/nginx,docker.io/library/nginx:latest",
        "nginx:1.27,docker.io,library/nginx,docker.io/library/nginx:1.27",
        "acme/shop,docker.io,acme/shop,docker.io/acme/shop:latest",
        "index.docker.io/nginx:1,docker.io,library/nginx,docker.io/library/nginx:1",
        "registry.example.com/shop:1,registry.example.com,shop,registry.example.com/shop:1",
        "registry.example.com:5000/a/b,registry.example.com:5000,a/b,registry.example.com:5000/a/b:latest",
        "localhost/shop,localhost,shop,localhost/shop:latest",
        "shop@sha256:ab,docker.io,library/shop,docker.io/library/shop@sha256:ab",
        "r.example.com:5000/shop:1@sha256:ab,r.example.com:5000,shop,r.example.com:5000/shop@sha256:ab"
    })
    void comesApartAsDockerReadsIt(String text, String registry, String repository, String canonical) {
        ImageName name = ImageName.parse(text);
        assertEquals(registry, name.registry());
        assertEquals(repository, name.repository());
        assertEquals(canonical, name.canonical());
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io,docker.io",
        "https://index.docker.io/v1/,docker.io",
        "registry-1.docker.io,docker.io",
        "https://Registry.Example.com/v2/,registry.example.com",
        "http://localhost:5000,localhost:5000"
    })
    void aRegistryHasOneName(String written, String host) {
        assertEquals(host, ImageName.host(written));
    }

    @Test
    void anIdStaysAsItIs() {
        assertEquals("sha256:ab", ImageName.canonical("sha256:ab"));
    }

    @Test
    void aTagsDigestIsThatOfItsRepository() {
        ImageFacts facts = new ImageFacts(
                "sha256:1", List.of("other.example.com/shop@sha256:aa", "shop@sha256:bb"), false, List.of());
        assertEquals(Optional.of("shop@sha256:bb"), facts.digest("docker.io/library/shop:1"));
        assertEquals(Optional.of("other.example.com/shop@sha256:aa"), facts.digest("other.example.com/shop:2"));
        assertEquals(Optional.empty(), facts.digest("third.example.com/shop:2"));
        ImageFacts twice = new ImageFacts("sha256:1", List.of("shop@sha256:aa", "shop@sha256:bb"), false, List.of());
        assertEquals(Optional.of("shop@sha256:bb"), twice.digest("shop:1@sha256:bb"));
    }
}
