package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.registry.Credentials;
import dev.dhow.agent.registry.DockerConfigLogins;
import dev.dhow.agent.registry.KeptLogins;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.RegistryContent.Layer;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRegistry;
import dev.dhow.api.spec.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Engine and a real registry that wants a login.
final class RegistryIT {
    private static final Layer SMALL = new Layer(1000, true);

    private static TestRegistry registry;

    @TempDir
    Path dir;

    private final List<String> pulls = new CopyOnWriteArrayList<>();
    private KeptLogins kept;
    private DockerRuntime runtime;

    @BeforeAll
    static void startRegistry() {
        registry = TestRegistry.plain(TestEngine.shared());
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @BeforeEach
    void connect() throws Exception {
        registry.setPassword("first-password");
        kept = new KeptLogins(dir);
        runtime = connect(kept);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private DockerRuntime connect(Credentials credentials) {
        return DockerRuntime.connect(
                TestEngine.shared().uri(),
                "registry",
                Ticker.system(),
                CallListener.NONE,
                credentials,
                (reference, id, before) -> pulls.add("%s %s".formatted(reference, before ? "old" : "new")));
    }

    private void login(String password) throws Exception {
        kept.keep(registry.host(), TestRegistry.USER, new Secret(password));
    }

    private RuntimeFailure fails(Kind kind, String image) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> runtime.pull(image, null));
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertFalse(failure.toString().contains("-password "), failure.getMessage());
        return failure;
    }

    private static String said(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage());
    }

    /// D21
    @Test
    void aPrivateImageComesWithItsLogin() throws Exception {
        String digest = registry.content().push("private", "1", SMALL);
        String image = registry.host() + "/private:1";
        String without = said(fails(Kind.AUTH, image));
        assertTrue(without.startsWith("pull %s: Docker says: ".formatted(image)), without);
        assertTrue(
                without.endsWith(
                        "%s wants a login for private, and this host has none: `dhow registry login %s -u USER --password-stdin`"
                                .formatted(registry.host(), registry.host())),
                without);
        login("second-password");
        String refused = said(fails(Kind.AUTH, image));
        assertTrue(
                refused.endsWith(
                        "%s does not let the user bot (from `dhow registry login`) read private: renew that login, or let it read there"
                                .formatted(registry.host())),
                refused);
        assertEquals(Optional.empty(), runtime.image(image));
        login("first-password");
        runtime.pull(image, null);
        ImageFacts facts = runtime.image(image).orElseThrow();
        assertEquals(Optional.of(registry.host() + "/private@" + digest), facts.digest(image));
        runtime.pull(image, null);
        assertEquals(List.of(image + " new", image + " old"), pulls);
    }

    @Test
    void aRotatedPasswordCountsAtTheNextTry() throws Exception {
        registry.content().push("rotated", "1", SMALL);
        registry.content().push("rotated", "2", SMALL);
        login("first-password");
        runtime.pull(registry.host() + "/rotated:1", null);
        registry.setPassword("second-password");
        fails(Kind.AUTH, registry.host() + "/rotated:2");
        login("second-password");
        runtime.pull(registry.host() + "/rotated:2", null);
    }

    /// D21
    @Test
    void aCredentialHelperOpensTheRegistry() throws Exception {
        registry.content().push("helped", "1", SMALL);
        Path helper = Files.writeString(
                dir.resolve("docker-credential-test"),
                "#!/bin/sh\nread -r host\n[ \"$1 $host\" = \"get %s\" ] && printf '{\"Username\":\"bot\",\"Secret\":\"first-password\"}'\n"
                        .formatted(registry.host()));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(dir.resolve("config.json"), "{\"credHelpers\":{\"%s\":\"test\"}}".formatted(registry.host()));
        Credentials credentials =
                DockerConfigLogins.ofUser(Map.of("DOCKER_CONFIG", dir.toString(), "PATH", dir.toString()), "/nowhere");
        try (DockerRuntime helped = connect(credentials)) {
            helped.pull(registry.host() + "/helped:1", null);
            Files.delete(helper);
            RuntimeFailure broken =
                    assertThrows(RuntimeFailure.class, () -> helped.pull(registry.host() + "/helped:1", null));
            assertEquals(Kind.AUTH, broken.kind());
            assertTrue(said(broken).contains("docker-credential-test, which is nowhere in PATH"), said(broken));
        }
    }

    /// D5
    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        registry.content().push("there", "1", SMALL);
        login("first-password");
        String tag = said(fails(Kind.IMAGE_NOT_FOUND, registry.host() + "/there:2"));
        assertTrue(
                tag.endsWith(
                        "check the spelling of there and that the tag was pushed, and that the user bot (from `dhow"
                                + " registry login`) may read it"),
                tag);
        fails(Kind.IMAGE_NOT_FOUND, registry.host() + "/nowhere/at/all:1");
        fails(Kind.IMAGE_NOT_FOUND, registry.host() + "/there@sha256:" + "0".repeat(64));
        assertEquals(List.of(), pulls);
    }

    /// D13
    @Test
    void aDigestMeansOneImageForGood() throws Exception {
        login("first-password");
        String first = registry.content().push("moving", "1", SMALL);
        registry.content().push("moving", "1", SMALL, SMALL);
        String byDigest = registry.host() + "/moving@" + first;
        runtime.pull(byDigest, null);
        runtime.pull(registry.host() + "/moving:1", null);
        ImageFacts old = runtime.image(byDigest).orElseThrow();
        assertEquals(Optional.of(byDigest), old.digest(byDigest));
        assertFalse(old.id()
                .equals(runtime.image(registry.host() + "/moving:1")
                        .orElseThrow()
                        .id()));
        String both = registry.host() + "/moving:1@" + first;
        runtime.pull(both, null);
        assertEquals(old.id(), runtime.image(both).orElseThrow().id());
        // As the planner asks.
        assertEquals(
                old.id(),
                runtime.observe(new dev.dhow.agent.runtime.Needs(java.util.Set.of(both), java.util.Set.of()))
                        .image(both)
                        .orElseThrow()
                        .id());
    }

    @Test
    void aRegistryThatIsAwayOrNotTrustedSaysSo() throws Exception {
        String away = said(fails(Kind.REGISTRY, "127.0.0.1:5999/shop:1"));
        assertTrue(away.endsWith("check that this host reaches 127.0.0.1:5999; it is tried again"), away);
        try (TestRegistry encrypted = TestRegistry.tls(TestEngine.shared())) {
            fails(Kind.REGISTRY, encrypted.strictHost() + "/shop:1");
            // Here the Engine takes any certificate, so that the registry itself answers.
            kept.keep(encrypted.host(), TestRegistry.USER, new Secret("first-password"));
            fails(Kind.IMAGE_NOT_FOUND, encrypted.host() + "/shop:1");
        }
    }

    @Test
    void aNameThatIsNoneIsInvalid() {
        fails(Kind.INVALID, "Not/A Name:1");
    }
}
