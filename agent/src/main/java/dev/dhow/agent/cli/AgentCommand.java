package dev.dhow.agent.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `dhow agent`
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Runs the agent until it gets SIGTERM. Containers go on running then.",
        footer = {"", "Examples:", "  dhow agent", "  dhow agent --config ./agent.yaml"})
final class AgentCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The agent's configuration; /etc/dhow/agent.yaml, which may be missing, without it.")
    private @Nullable Path config;

    private final Tools.AgentRunner runner;

    AgentCommand(Tools.AgentRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return runner.run(config);
    }
}
