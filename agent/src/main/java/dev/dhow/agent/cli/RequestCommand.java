package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.api.http.ActionBody;
import dev.dhow.api.http.Paths;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Parameters;

/// A command that asks the agent to do something with one service.
abstract class RequestCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "Which one.")
    private String service = "";

    private final String verb;

    /// @param verb as the API has it
    RequestCommand(Commands commands, String verb) {
        super(commands);
        this.verb = verb;
    }

    /// What is asked.
    Request request() {
        return Request.post(path());
    }

    String path() {
        return Paths.service(service, verb);
    }

    /// Asks and does not wait.
    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = client.send(request(), AgentClient.SLOW);
        data(json, line(json));
        return Exit.GOOD;
    }

    /// Asks and follows what it begins.
    int requestAndWait(AgentClient client, Duration timeout) throws Refusal, InterruptedException, IOException {
        ServiceStatus before = read(client.get(Paths.service(service)), ServiceStatus.class);
        session().note(line(client.send(request(), AgentClient.SLOW)));
        return new Waiter(this, client).since(before).until(new BegunGoal(before), service, timeout);
    }

    /// An answer for people.
    static String line(String json) throws IOException {
        ActionBody body = read(json, ActionBody.class);
        return Text.clean("%s: %s".formatted(body.service(), body.message()));
    }
}
