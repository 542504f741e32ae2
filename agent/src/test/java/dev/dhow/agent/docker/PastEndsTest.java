package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dhow.agent.docker.PastEnds.End;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the Engine's events tell of the last end.
final class PastEndsTest {
    private static final String OOM = event("oom", "");

    private static String die(String code) {
        return event("die", "\"exitCode\":\"%s\",".formatted(code));
    }

    private static String event(String action, String attribute) {
        return """
            {"status":"%1$s","id":"f00","from":"shop:1","Type":"container","Action":"%1$s","Actor":{"ID":"f00",\
            "Attributes":{%2$s"image":"shop:1","name":"shop-web-1"}},"scope":"local","time":1,"timeNano":1000000000}
            """.formatted(action, attribute);
    }

    private static @Nullable End last(String... events) throws IOException {
        return PastEnds.last(new ByteArrayInputStream(String.join("", events).getBytes(StandardCharsets.UTF_8)))
                .orElse(null);
    }

    private record Row(@Nullable End end, String... events) {}

    @Test
    void lastEndHasItsExitCodeAndWhetherMemoryRanOut() throws IOException {
        for (Row row : List.of(
                new Row(null),
                new Row(null, OOM),
                new Row(new End(7, false), die("7")),
                new Row(new End(0, false), die("7"), die("0")),
                new Row(new End(137, true), OOM, die("137")),
                new Row(new End(137, true), OOM, OOM, die("137")),
                new Row(new End(1, false), OOM, die("137"), die("1")),
                new Row(new End(137, true), die("1"), OOM, die("137")),
                new Row(new End(137, true), die("137"), OOM),
                new Row(null, die("")),
                new Row(null, die("7"), die("x"), OOM))) {
            assertEquals(
                    row.end, last(row.events), () -> Arrays.stream(row.events).collect(Collectors.joining()));
        }
    }

    @Test
    void streamThatIsCutOffIsNotAShorterOne() {
        assertThrows(IOException.class, () -> last(die("7"), "{\"status\":"));
    }
}
