package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.HostPattern;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnHostsTest {
    private static final String FILE = """
        version: 1
        service: shop
        image: shop:1
        release_command: {command: bin/migrate, on_hosts: web-1}
        roles:
          web:
            on_hosts: [web-*]
            ports: ["0.0.0.0:80:80"]
            depends_on: [db, other/cache]
          db:
            on_hosts: [tier=data]
            ports: ["0.0.0.0:5432:5432"]
          agent: {}
        """;

    @ParameterizedTest
    @CsvSource({
        "web-1, web-1, true",
        "web-1, web-10, false",
        "web-*, web-10, true",
        "web-*, my-web-1, false",
        "*, anything, true",
        "*-1, web-1, true",
        "*-1, web-11, false",
        "w*b-*1, web-101, true",
        "w*b-*1, web-102, false",
        "a*a, a, false",
        "tier=front, x, true",
        "tier=fr*, x, true",
        "tier=back, x, false",
        "zone=a, x, false",
        "tier=, x, false"
    })
    void matches(String pattern, String host, boolean matches) {
        assertEquals(matches, HostPattern.of(pattern).matches(host, Map.of("tier", "front")));
        assertEquals(pattern, HostPattern.of(pattern).toString());
    }

    @Test
    void aRoleOfAnotherHostIsNotWantedAndClaimsNothing() {
        Manifest here = read().on("web-2", Map.of());
        ServiceSpec spec = Objects.requireNonNull(here.spec());
        assertEquals(List.of("web", "agent"), names(spec));
        assertEquals(
                List.of(new Dependency("other", "cache")),
                spec.roles().getFirst().dependsOn());
        assertEquals(
                List.of("web"),
                here.claims().stream().map(c -> c.role()).distinct().toList());
    }

    @Test
    void theReleaseCommandRunsWhereItsRoleDoesAndItsOwnHostsSay() {
        ReleaseCommand command = spec("web-1", Map.of()).releaseCommand();
        assertEquals("web", Objects.requireNonNull(command).role());
        assertNull(spec("web-2", Map.of()).releaseCommand());
        assertNull(spec("db-1", Map.of("tier", "data")).releaseCommand());
    }

    @Test
    void aHostThatNoRoleTakesWantsNothing() {
        String text = FILE.replace("  agent: {}\n", "");
        Manifest manifest = read(text).on("db-1", Map.of());
        assertEquals(List.of(), Objects.requireNonNull(manifest.spec()).roles());
        assertEquals(List.of(), manifest.claims());
    }

    @Test
    void aFileWithoutHostsIsTheSameEverywhere() {
        ServiceSpec spec = new ServiceSpec("shop", List.of());
        assertSame(spec, spec.on("web-1", Map.of()));
    }

    private static ServiceSpec spec(String host, Map<String, String> labels) {
        return Objects.requireNonNull(read().on(host, labels).spec());
    }

    private static List<String> names(ServiceSpec spec) {
        return spec.roles().stream().map(RoleSpec::name).toList();
    }

    private static Manifest read() {
        return read(FILE);
    }

    private static Manifest read(String text) {
        Manifest manifest =
                Manifests.read("shop.yaml", "shop", text.getBytes(StandardCharsets.UTF_8), Path.of("/"), _ -> {
                    throw new IOException("nothing is read");
                });
        if (!manifest.valid()) {
            throw new AssertionError(manifest.problems());
        }
        return manifest;
    }
}
