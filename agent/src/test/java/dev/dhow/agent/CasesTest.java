package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of cases names the tests that bear their ids, and all of them.
class CasesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([RDUWFK]\\d+) \\| .* \\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    /// The ids above a test's annotations, and those that its name begins with.
    private static final Pattern BEARER = Pattern.compile(
            "(?m)^    /// ((?:[RDUWFK]\\d+(?:, )?)+)\\n(?:    (?:@|    |\\}).*\\n)+?    (?:public )?void (\\w+)\\(");
    private static final Pattern NAMED = Pattern.compile("void ((?:F\\d\\d_)+)(\\w+)\\(");

    @Test
    void theTableAndTheTestsAgree() throws IOException {
        Map<String, Set<String>> table = table();
        Map<String, Set<String>> borne = borne();
        assertEquals(
                String.join("\n", lines(table)),
                String.join(
                        "\n",
                        lines(borne).stream().filter(lines(table)::contains).toList()));
        borne.forEach((id, tests) -> tests.stream()
                .filter(test -> !test.contains(".F"))
                .forEach(test -> assertTrue(
                        table.getOrDefault(id, Set.of()).contains(test), id + " " + test + " is not in the table")));
    }

    private static Set<String> lines(Map<String, Set<String>> map) {
        Set<String> lines = new TreeSet<>();
        map.forEach((id, tests) -> tests.forEach(test -> lines.add(id + " " + test)));
        return lines;
    }

    private static Map<String, Set<String>> table() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("src/test/CASES.md")));
        while (row.find()) {
            Set<String> tests = found.computeIfAbsent(row.group(1), _ -> new TreeSet<>());
            Matcher test = TEST.matcher(row.group(2));
            while (test.find()) {
                tests.add(test.group(1) + "." + test.group(2));
            }
            assertTrue(!tests.isEmpty() || row.group(2).startsWith("none: "), row.group());
        }
        return found;
    }

    private static Map<String, Set<String>> borne() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = file.getFileName().toString().replace(".java", ".");
                String text = Files.readString(file);
                Matcher bearer = BEARER.matcher(text);
                while (bearer.find()) {
                    for (String id : bearer.group(1).split(", ")) {
                        found.computeIfAbsent(id, _ -> new TreeSet<>()).add(name + bearer.group(2));
                    }
                }
                Matcher named = NAMED.matcher(text);
                while (named.find()) {
                    for (String id : named.group(1).split("_")) {
                        found.computeIfAbsent("F" + Integer.parseInt(id.substring(1)), _ -> new TreeSet<>())
                                .add(name + named.group(1) + named.group(2));
                    }
                }
            }
        }
        return found;
    }
}
