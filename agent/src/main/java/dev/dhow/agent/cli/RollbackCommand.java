package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.agent.json.Json;
import dev.dhow.api.http.RollbackBody;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `dhow rollback`
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Goes back to an earlier revision and holds the service there. The file is not written; the hold"
                + " ends when its content changes, or with dhow retry.",
        footer = {"", "Examples:", "  dhow rollback shop --wait", "  dhow rollback shop 3f2a9c10"})
final class RollbackCommand extends RolloutCommand {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "REVISION",
            description = "Which one, see dhow history; without it the newest earlier one that became available.")
    private @Nullable String revision;

    RollbackCommand(Commands commands) {
        super(commands, "rollback");
    }

    @Override
    Request request() {
        return revision == null
                ? super.request()
                : new Request(
                        "POST", path(), Json.write(new RollbackBody(revision)).getBytes(StandardCharsets.UTF_8));
    }
}
