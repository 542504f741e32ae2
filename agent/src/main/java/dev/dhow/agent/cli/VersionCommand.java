package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `dhow version`
@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
    private final Session session;
    private final String version;

    @Mixin
    private Output output = new Output();

    VersionCommand(Session session, String version) {
        this.session = session;
        this.version = version;
    }

    @Override
    public Integer call() throws IOException {
        session.data(output.text(Json.write(Map.of("version", version)), "dhow " + version));
        return Exit.GOOD;
    }
}
