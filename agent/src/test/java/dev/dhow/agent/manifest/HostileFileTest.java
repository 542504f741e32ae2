package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What must be a message, never an exception, a hang or a crash.
class HostileFileTest {
    private static final String GOOD = "version: 1\nservice: a\nimage: a\nroles:\n  web: {}\n";

    static Stream<Arguments> bombs() {
        return Stream.of(
                Arguments.of("[".repeat(10_000), "1:33: nested deeper than 32 levels"),
                Arguments.of("{a: ".repeat(3_000), "1:129: nested deeper than 32 levels"),
                Arguments.of("- ".repeat(10_000), "1:65: nested deeper than 32 levels"),
                Arguments.of(
                        "x: [" + "a,\n".repeat(120_000) + "]",
                        "99998:1: more than 100,000 values in one file, aliases counted out"),
                Arguments.of(aliases(), "6:15: more than 100,000 values in one file, aliases counted out"),
                Arguments.of(
                        "x-a: &a 1\nb: [" + "*a,".repeat(60) + "]", "2:155: more than 50 aliases (*name) in one file"),
                Arguments.of("a: \0", "1:4: the character U+0000 cannot stand in a YAML file; remove it"),
                Arguments.of("a: \uFFFE", "1:4: the character U+FFFE cannot stand in a YAML file; remove it"),
                Arguments.of("", " empty file"),
                Arguments.of("\n \n", " empty file"),
                Arguments.of("---\n", "2:1: empty file"),
                Arguments.of("just text", "1:1: expected a map with version, service and roles, found \"just text\""),
                Arguments.of("a".repeat(1 << 20), "1:65537: a line longer than 65,536 characters; break it"),
                Arguments.of(("a".repeat(60_000) + "\n").repeat(17), "1:1: expected a map"),
                Arguments.of("a".repeat(20 << 20), " larger than 1024 KiB"));
    }

    /// F16
    @ParameterizedTest
    @MethodSource("bombs")
    void tellsAProblem(String text, String expected) {
        Manifest manifest = read(text.getBytes(StandardCharsets.UTF_8));
        assertFalse(manifest.valid());
        String first = manifest.problems().getFirst().summary();
        assertTrue(first.startsWith("f:" + expected), () -> first.substring(0, Math.min(first.length(), 300)));
    }

    @Test
    void refusesBytesThatAreNotUtf8WhereTheyStart() {
        byte[] bytes = "a: ü\nb: ü".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "f:1:4: not UTF-8 from here on; save the file as UTF-8 text",
                read(bytes).problems().getFirst().summary());
    }

    @Test
    void showsALongLineAroundThePlace() {
        for (int both = 0; both < 900; both++) {
            int before = both / 20;
            int after = both % 20 * 20;
            Problem first = read((GOOD + "labels: {" + names(before) + "A: [1]} # " + "z".repeat(after) + "\n")
                            .getBytes(StandardCharsets.UTF_8))
                    .problems()
                    .getFirst();
            List<String> lines = first.render().lines().toList();
            assertEquals(3, lines.size(), first::render);
            int caret = lines.get(2).indexOf('^');
            assertEquals('[', lines.get(1).codePoints().toArray()[caret], first::render);
            assertTrue(lines.get(1).codePoints().count() < 210, first::render);
        }
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj("B%d: 😀, "::formatted).collect(Collectors.joining());
    }

    @Test
    void countsColumnsInCodePoints() {
        String text = GOOD + "labels: {\"😀ü\": x, nope}\nlabelz: {\"😀\": x}\nuser: [😀] # 😀\n";
        List<Problem> problems = read(text.getBytes(StandardCharsets.UTF_8)).problems();
        assertEquals(
                List.of(
                        "f:7:1: labelz: unknown key; did you mean \"labels\"?",
                        "f:8:7: user: expected text, found a list"),
                problems.stream().map(Problem::summary).toList());
        String second = "version: 1\nservice: 😀😀 # \nroles: {web: {image: \"😀\", user: ~}}\n";
        assertEquals(
                33,
                read(second.getBytes(StandardCharsets.UTF_8))
                        .problems()
                        .getLast()
                        .column());
    }

    /// F16
    @Test
    void takesAByteOrderMarkAndAnyLineEnd() {
        assertTrue(read(("\uFEFF" + GOOD).getBytes(StandardCharsets.UTF_8)).valid());
        assertTrue(read(GOOD.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8))
                .valid());
        assertTrue(
                read(GOOD.replace("\n", "\r").getBytes(StandardCharsets.UTF_8)).valid());
        String wrong = "\uFEFF" + GOOD.replace("\n", "\r\n") + "usr: a\r\n";
        assertEquals(
                "f:6:1: usr: unknown key; did you mean \"user\"?",
                read(wrong.getBytes(StandardCharsets.UTF_8))
                        .problems()
                        .getFirst()
                        .summary());
    }

    @Test
    void endsALongListOfProblemsWithTheirNumber() {
        StringBuilder text = new StringBuilder(GOOD);
        for (int i = 0; i < 80; i++) {
            text.append("nothing").append(i).append(": 1\n");
        }
        List<Problem> problems =
                read(text.toString().getBytes(StandardCharsets.UTF_8)).problems();
        assertEquals(51, problems.size());
        assertEquals("and 30 more problems", problems.getLast().message());
        assertTrue(problems.getLast().isError());
    }

    @Test
    void neverThrowsOnDamagedFiles() throws java.io.IOException {
        byte[] good = java.nio.file.Files.readAllBytes(Path.of("src/test/resources/manifest/valid/kitchen.yaml"));
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = good.clone();
            for (int hits = random.nextInt(1, 6); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) "{}[]:,-&*!|>'\"%@`#~? \n\tab09\\".charAt(random.nextInt(28));
            }
            Manifest manifest = read(damaged);
            assertTrue(manifest.valid() || !manifest.problems().isEmpty());
        }
    }

    private static Manifest read(byte[] content) {
        return Manifests.read("f", "a", content, Path.of("/"), TestFiles.FILES);
    }

    private static String aliases() {
        StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 10; i++) {
            text.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d, ".formatted(i - 1).repeat(8))
                    .append("]\n");
        }
        return text.toString();
    }
}
