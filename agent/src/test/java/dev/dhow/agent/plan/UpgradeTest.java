package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.testing.Fixtures;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An upgrade of Dhow recreates nothing. Each file below `made/VERSION/` is a service whose containers a Dhow in the
/// field made by version VERSION of the hash; its lines `# made: ROLE HASH` are what is on their labels. These files
/// never change: a new version of the hash gets a directory of its own.
class UpgradeTest {
    private static final Path FOLDER = Path.of("src/test/resources/made");
    /// Every file and secret that they name.
    private static final HostFiles FILES = path -> "A=1\n".getBytes(StandardCharsets.UTF_8);

    static Stream<String> made() throws IOException {
        return Fixtures.below(FOLDER);
    }

    /// R2
    @ParameterizedTest
    @MethodSource("made")
    void whatAnEarlierDhowMadeIsLeft(String name) throws Exception {
        byte[] content = Files.readAllBytes(FOLDER.resolve(name));
        ServiceSpec spec = Objects.requireNonNull(Manifests.read(
                        "f", "shop", content, Path.of("/etc/dhow/services.d"), FILES, Path.of("/etc/dhow/secrets"))
                .spec());
        House house = new House(spec.roles().toArray(RoleSpec[]::new));
        house.want(spec);
        int roles = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("# made: ")) {
                String[] words = line.split(" ");
                run(house, spec.role(words[2]).orElseThrow(), words[3]);
                roles++;
            }
        }
        assertEquals(spec.roles().stream().filter(r -> r.places() > 0).count(), roles, "a role has no line");
        Plan plan = house.plan();
        assertEquals("no changes\n", House.text(plan));
        assertEquals(0, plan.notes().undecided().size());
    }

    private static void run(House house, RoleSpec role, String hash) {
        String key = SpecHash.keyed(role) ? Objects.requireNonNull(house.key).id() : null;
        for (int i = 1; i <= role.places(); i++) {
            house.runtime.addForeign(
                    "shop-%s-0badcafe-%d".formatted(role.name(), i),
                    new Owner(House.HOST, "shop", role.name(), i, "0badcafe", hash, role.image(), key));
        }
    }

    /// A hash whose rules this Dhow does not have is Unknown, whatever the file says; another image is another one.
    @ParameterizedTest
    @ValueSource(strings = {"0:", "2:", ""})
    void aHashOfUnknownRulesIsNeverAReason(String prefix) throws Exception {
        RoleSpec bot = TestRoles.plain("bot", "shop:1");
        House house = new House(bot);
        run(house, bot, prefix + "a".repeat(64));
        for (RoleSpec wanted : List.of(bot, PlannerTest.environment(bot, "A", "1"))) {
            house.want(wanted);
            assertEquals("no changes\n", house.pass());
            assertEquals(1, house.plan().notes().undecided().size());
        }
        house.runtime.addImage("shop:2");
        house.want(TestRoles.plain("bot", "shop:2"));
        assertTrue(house.pass().contains("shop/bot/1 create"));
    }

    @Test
    void theSameHashByKnownRulesIsAReason() throws Exception {
        RoleSpec bot = TestRoles.plain("bot", "shop:1");
        House house = new House(bot);
        run(house, bot, "1:" + "a".repeat(64));
        assertFalse(house.plan().isEmpty());
    }
}
