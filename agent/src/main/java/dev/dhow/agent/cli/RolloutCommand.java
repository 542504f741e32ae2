package dev.dhow.agent.cli;

import java.io.IOException;
import picocli.CommandLine.Mixin;

/// A request that begins a rollout, which can be waited for.
abstract class RolloutCommand extends RequestCommand {
    @Mixin
    private WaitOptions waiting = new WaitOptions();

    RolloutCommand(Commands commands, String verb) {
        super(commands, verb);
    }

    @Override
    final int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        return waiting.wanted() ? requestAndWait(client, waiting.timeout()) : super.ask(client);
    }
}
