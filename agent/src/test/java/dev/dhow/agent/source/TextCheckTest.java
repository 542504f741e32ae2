package dev.dhow.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.manifest.Conflicts;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A text before it is written, with the real reader.
class TextCheckTest {
    private final Map<String, Manifest> inForce = new HashMap<>();
    private final TextCheck check = new TextCheck(
            Path.of("/services.d"),
            Manifests::read,
            Conflicts::between,
            () -> Map.copyOf(inForce),
            path -> "A=1".getBytes(StandardCharsets.UTF_8));

    private static byte[] file(String service, String... lines) {
        return ("version: 1\nservice: " + service
                        + "\nimage: shop:1\nroles:\n  web:\n    proxy: {hosts: [a.example.com]}\n"
                        + String.join("\n", lines))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> summaries(TextCheck.Judged judged) {
        return judged.problems().stream().map(Problem::summary).toList();
    }

    @Test
    void aTextIsJudgedAsTheFileOfThatService() {
        TextCheck.Judged good = check.judge("shop", file("shop"));
        assertTrue(good.valid(), summaries(good).toString());
        assertEquals("/services.d", good.text().directory());
        assertEquals("shop.yaml", good.text().fileName());
        TextCheck.Judged other = check.judge("blog", file("shop"));
        assertFalse(other.valid());
        assertTrue(
                summaries(other).getFirst().startsWith("blog.yaml:2:10: service: "),
                summaries(other).toString());
    }

    @Test
    void withoutANameItIsTheOneInTheText() {
        assertEquals("shop", check.judge(null, file("shop")).service());
        TextCheck.Judged nameless = check.judge(null, "version: 1\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("", nameless.service());
        assertTrue(
                summaries(nameless).getLast().contains("the key \"service\" is missing"),
                summaries(nameless).toString());
    }

    @Test
    void everyProblemIsTold() {
        TextCheck.Judged bad = check.judge("shop", file("shop", "    imagee: x", "    replicas: many"));
        assertEquals(2, bad.problems().size(), summaries(bad).toString());
        assertFalse(check.judge("shop", new byte[0]).valid());
        assertFalse(check.judge("Shop_1", file("shop")).valid());
        assertTrue(summaries(check.judge("Shop_1", file("shop"))).getFirst().contains("no name of a service"));
    }

    @Test
    void aWarningIsToldAndDoesNotRefuse() {
        TextCheck.Judged warned = check.judge("shop", file("shop", "    healthcheck: {test: [CMD, \"true\"]}"));
        assertTrue(warned.valid());
        assertEquals(1, warned.problems().size());
    }

    @Test
    void whatAnotherServiceHoldsIsRefusedNamingIt() {
        inForce.put(
                "blog", Manifests.read("blog.yaml", "blog", file("blog"), Path.of("/services.d"), _ -> new byte[0]));
        TextCheck.Judged newcomer = check.judge("shop", file("shop"));
        assertFalse(newcomer.valid());
        assertTrue(
                summaries(newcomer).getFirst().contains("held by service \"blog\""),
                summaries(newcomer).toString());
        assertTrue(check.judge("blog", file("blog", "    replicas: 2")).valid(), "its own file is no other service's");
    }
}
