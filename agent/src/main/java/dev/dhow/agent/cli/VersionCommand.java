package dev.dhow.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `dhow version`
@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
    private final Session session;
    private final String version;

    VersionCommand(Session session, String version) {
        this.session = session;
        this.version = version;
    }

    @Override
    public Integer call() {
        session.data("dhow " + version);
        return Exit.GOOD;
    }
}
