package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/// A command that asks the agent and prints what it answers.
abstract class ClientCommand implements Callable<Integer> {
    @Mixin
    private Output output = new Output();

    private final Commands commands;

    ClientCommand(Commands commands) {
        this.commands = commands;
    }

    /// Asks, prints, and says the exit code.
    abstract int ask(AgentClient client) throws Refusal, InterruptedException, IOException;

    @Override
    public final Integer call() throws Refusal, InterruptedException {
        AgentClient client = commands.client();
        try {
            return ask(client);
        } catch (IOException e) {
            throw client.garbled(e);
        }
    }

    Session session() {
        return commands.session();
    }

    Pace pace() {
        return commands.pace();
    }

    Output output() {
        return output;
    }

    /// Prints an answer.
    ///
    /// @param json what the agent answered
    /// @param table the same for people
    void data(String json, String table) throws IOException {
        session().data(output.text(json, table));
    }

    /// An answer of the agent.
    ///
    /// @throws IOException when it is something else
    static <T> T read(String json, Class<T> type) throws IOException {
        return Json.read(json, type);
    }
}
