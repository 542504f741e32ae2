package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.api.http.AppliedBody;
import dev.dhow.api.http.Paths;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `dhow apply`
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = "Puts a service file in place through the agent, which checks it first.",
        footer = {
            "",
            "Examples:",
            "  dhow apply -f shop.yaml --wait",
            "  dhow apply -f shop.yaml --image registry.example.com/shop:1.4.3 --wait --timeout 5m",
            "",
            "Exits with 1 when the file is refused or a newer one came, 5 when it was rolled back, 6 when the time"
                    + " is over."
        })
final class ApplyCommand extends ClientCommand {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The service file; -: standard input.")
    private String file = "";

    @Option(
            names = "--image",
            paramLabel = "REF",
            description = "Replace the file's image by this one, on the way: FILE itself stays.")
    private @Nullable String image;

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    private final Tools.FileEditor editor;

    ApplyCommand(Commands commands, Tools.FileEditor editor) {
        super(commands);
        this.editor = editor;
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        FileInput input = FileInput.read(file, session().in());
        Tools.Edited edited = editor.edit(input.shown(), input.content(), image);
        if (edited.problems().stream().anyMatch(Problem::isError)) {
            throw new InvalidFile("the file cannot be used", edited.problems());
        }
        String path = Paths.service(edited.service());
        ServiceStatus before = null;
        if (waiting.wanted()) {
            Optional<String> known = client.find(path);
            before = known.isEmpty() ? null : read(known.get(), ServiceStatus.class);
        }
        String json = put(client, path, edited, input.shown());
        AppliedBody applied = read(json, AppliedBody.class);
        InvalidFile.renamed(applied.problems(), input.shown())
                .forEach(problem -> session().note(Text.clean(problem.render())));
        String content = applied.content();
        String line = "%s: %s".formatted(applied.service(), applied.message());
        if (!waiting.wanted() || content == null) {
            data(json, Text.clean(line));
            return Exit.GOOD;
        }
        session().note(Text.clean(line));
        return new Waiter(this, client)
                .since(before)
                .until(new AppliedGoal(edited.service(), content, before), edited.service(), waiting.timeout());
    }

    private static String put(AgentClient client, String path, Tools.Edited edited, String shown)
            throws Refusal, InterruptedException {
        try {
            return client.send(new Request("PUT", path, edited.content()), AgentClient.SLOW);
        } catch (InvalidFile e) {
            throw e.named(shown);
        }
    }
}
