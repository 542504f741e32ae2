package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.dhow.agent.testing.Fixtures;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file below `manifest/` says itself what is told of it, in lines `# expect: LINE:COLUMN path: message`
/// (`# expect: warning LINE:COLUMN …` for warnings). A new rule is a new file.
class FixtureTest {
    private static final Path FOLDER = Path.of("src/test/resources/manifest");

    static Stream<String> fixtures() throws IOException {
        return Fixtures.below(FOLDER);
    }

    /// F19, K51
    @ParameterizedTest
    @MethodSource("fixtures")
    void tellsWhatTheFileExpects(String name) throws IOException {
        byte[] content = Files.readAllBytes(FOLDER.resolve(name));
        String text = new String(content, StandardCharsets.UTF_8);
        String service = Path.of(name).getFileName().toString().replace(".yaml", "");
        Manifest manifest = Manifests.read("f", service, content, Path.of("/etc/dhow/services.d"), TestFiles.FILES);
        List<String> expected = text.lines()
                .filter(line -> line.startsWith("# expect: "))
                .map(line -> line.substring("# expect: ".length()))
                .toList();
        assertEquals(
                String.join("\n", expected),
                String.join(
                        "\n",
                        manifest.problems().stream().map(FixtureTest::line).toList()));
        if (name.startsWith("valid")) {
            assertNotNull(manifest.spec());
        } else {
            assertNull(manifest.spec());
        }
    }

    private static String line(Problem problem) {
        String place = problem.line() == 0 ? "" : "%d:%d ".formatted(problem.line(), problem.column());
        String path = problem.path().isEmpty() ? "" : problem.path() + ": ";
        return (problem.isError() ? "" : "warning ") + place + path + problem.message();
    }
}
