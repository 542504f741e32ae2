package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTextTest {
    private static final String NEW = "registry.example.com:5000/shop@sha256:" + "a".repeat(64);

    private static FileText.Changed change(String text) {
        return FileText.withImage("shop.yaml", bytes(text), NEW);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void changesTo(String expected, String text) {
        FileText.Changed changed = change(text);
        byte[] content = changed.content();
        assertEquals(
                expected,
                content == null ? changed.problems().toString() : new String(content, StandardCharsets.UTF_8));
    }

    private static void refused(String part, String text) {
        FileText.Changed changed = change(text);
        assertNull(changed.content());
        assertEquals(1, changed.problems().size(), changed.problems().toString());
        String summary = changed.problems().getFirst().summary();
        assertTrue(summary.contains(part), summary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# über shop:1\nversion: 1\nimage:   %s   # pinned\nroles: {web: {}}\n",
                "image: '%s'\r\nroles: {web: {image: redis:7}}\r\n",
                "\uFEFFx: \"ü𝕏\"\nimage: \"%s\" # \"why\"",
                "{version: 1, image: %s, roles: {web: {}}}",
                "x-note: shop:1\nimage: %s\n",
            })
    void theRootsImageIsReplacedAtItsPlace(String text) {
        changesTo(text.formatted(NEW), text.formatted("shop:1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roles:\n  web:\n    image: %1$s # a\n  worker: {image: \"%1$s\", replicas: 2}\n",
                "image:\nroles: {web: {image: %1$s}}\n",
            })
    void withoutOneAtTheRootThatOfEveryRoleIsReplaced(String text) {
        changesTo(text.formatted(NEW), text.formatted("shop:1"));
    }

    @Test
    void rolesWithDifferentImagesAreRefusedNamingBoth() {
        refused(
                "shop.yaml:3:18: roles.cache.image: roles have different images (roles.web.image has \"shop:1\")",
                "roles:\n  web: {image: shop:1}\n  cache: {image: redis:7}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-image: &i shop:1\nimage: *i\n",
                "x-all: &all {image: shop:1}\n<<: *all\nroles: {web: {}}\n",
                "image: &i shop:1\nlabels: {image: *i}\n",
                "image: >-\n  shop:1\n",
                "image: \"sh\\x6fp:1\"\n",
            })
    void whatWouldChangeSomethingElseOrIsNotWrittenAsItReadsIsRefused(String text) {
        refused("edit the file", text);
    }

    @Test
    void anAnchorThatNobodyUsesStays() {
        changesTo("image: &i " + NEW + "\n", "image: &i shop:1\n");
    }

    @Test
    void aFileWithoutAnImageIsRefused() {
        refused("there is no image to replace", "version: 1\nroles: {web: {}}\n");
        refused("there is no image to replace", "just a text\n");
    }

    @Test
    void aFileThatIsNoYamlIsRefusedWithItsPlace() {
        refused("shop.yaml:2:", "image: a\n\tb: [");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop:1 # x", "shop:1\nroles: {}", "Shop:1", "\"shop\""})
    void whatIsNoImageIsRefused(String image) {
        FileText.Changed changed = FileText.withImage("shop.yaml", bytes("image: shop:1\n"), image);
        assertNull(changed.content());
        assertTrue(
                changed.problems().getFirst().summary().startsWith("--image: "),
                changed.problems().toString());
    }

    @Test
    void theServiceIsReadFromTheText() {
        assertEquals(Optional.of("shop"), FileText.service(bytes("version: 1\nservice: shop\nimagee: x\n")));
        assertEquals(Optional.empty(), FileText.service(bytes("version: 1\n")));
        assertEquals(Optional.empty(), FileText.service(bytes("service:\n")));
        assertEquals(Optional.empty(), FileText.service(bytes("[")));
    }
}
