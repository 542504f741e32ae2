package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.yaml.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReferenceTest {
    private static final Path PAGE = Path.of("../docs/desired-state.md");
    private static final String BEGIN = "<!-- keys: generated -->\n";
    private static final String END = "<!-- keys: end -->\n";

    @Test
    void pageHasTheKeysOfTheDescriptors() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        assertTrue(from >= BEGIN.length() && to >= from, "the page lacks its two marks");
        Path fresh = Path.of("target/desired-state.md");
        Files.createDirectories(fresh.getParent());
        Files.writeString(fresh, page.substring(0, from) + Reference.markdown() + page.substring(to));
        assertEquals(
                Reference.markdown(),
                page.substring(from, to),
                "the descriptors have changed; update the page: cp agent/target/desired-state.md"
                        + " docs/desired-state.md");
    }

    @Test
    void everyExampleOfThePageCanBeUsed() throws IOException {
        Matcher block = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        int count = 0;
        while (block.find()) {
            count++;
            String text = block.group(1);
            Manifest manifest = Manifests.read(
                    "example", null, text.getBytes(StandardCharsets.UTF_8), Path.of("/"), path -> new byte[0]);
            assertTrue(manifest.valid(), () -> text + manifest.problems());
        }
        assertTrue(count >= 3, "only %d examples found".formatted(count));
    }

    @Test
    void everyKeyHasALineOfDocumentationAndAName() {
        for (Key<?> key : RootKeys.SECTION.keys()) {
            assertFalse(key.doc().isBlank(), key.name());
            assertFalse(key.form().words().isBlank(), key.name());
        }
    }

    @Test
    void supportsExactlyWhatThisVersionPromises() {
        assertEquals(Set.of("metrics"), names(Key.Support.LATER));
        assertEquals(Set.of(), names(Key.Support.UNSUPPORTED));
        assertTrue(ProxyKeys.SECTION.keys().stream().allMatch(key -> key.support() == Key.Support.IN_EFFECT));
    }

    private static Set<String> names(Key.Support support) {
        return RootKeys.SECTION.keys().stream()
                .filter(key -> key.support() == support)
                .map(Key::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
