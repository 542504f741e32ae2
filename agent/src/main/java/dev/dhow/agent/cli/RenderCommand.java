package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dhow render`
@Command(
        name = "render",
        mixinStandardHelpOptions = true,
        description = "Writes a service file with every default, as the agent understands it. Needs no agent.",
        footer = {"", "Example:", "  dhow render shop.yaml"})
final class RenderCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "A service file.")
    private Path file = Path.of("");

    @Mixin
    private Output output = new Output();

    private final Session session;
    private final Tools.FileRenderer renderer;

    RenderCommand(Session session, Tools.FileRenderer renderer) {
        this.session = session;
        this.renderer = renderer;
    }

    @Override
    public Integer call() throws IOException {
        Tools.Rendered rendered = renderer.render(file);
        rendered.problems().forEach(problem -> session.note(Text.clean(problem.render())));
        String text = rendered.text();
        if (text == null) {
            return Exit.ERROR;
        }
        session.data(output.isTable() ? text : output.text(Json.write(rendered.tree()), text));
        return Exit.GOOD;
    }
}
