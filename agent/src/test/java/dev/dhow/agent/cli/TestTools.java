package dev.dhow.agent.cli;

import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What commands get from other rooms, as simple as can be.
final class TestTools {
    /// A text is `service SERVICE` and an image behind it.
    static final Tools.FileEditor EDITOR = (shown, content, image) -> {
        String text = new String(content, StandardCharsets.UTF_8).strip();
        if (!text.startsWith("service ")) {
            return new Tools.Edited("", content, List.of(Problem.ofFile(shown, "no service")));
        }
        String service = text.split(" ")[1];
        String edited = image == null ? text : "service " + service + " " + image;
        return new Tools.Edited(service, edited.getBytes(StandardCharsets.UTF_8), List.of());
    };

    static final Tools PLAIN =
            new Tools(_ -> 0, (_, _) -> List.of(), _ -> new Tools.Rendered("", Map.of(), List.of()), EDITOR, "1.2.3");

    private TestTools() {}
}
