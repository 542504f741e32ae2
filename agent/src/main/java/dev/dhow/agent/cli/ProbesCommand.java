package dev.dhow.agent.cli;

import dev.dhow.api.http.Paths;
import dev.dhow.api.http.ProbesBody;
import dev.dhow.api.status.ProbeStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `dhow probes`
@Command(
        name = "probes",
        mixinStandardHelpOptions = true,
        description = "Shows the last 20 health checks of each load balancer on each listener, and requests that look"
                + " like some and were refused: what was asked, what the answer was, and why.",
        footer = {"", "Examples:", "  dhow probes", "  dhow probes -o json"})
final class ProbesCommand extends ClientCommand {
    ProbesCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = client.get(Paths.PROBES);
        data(json, table(read(json, ProbesBody.class).probes()));
        return Exit.GOOD;
    }

    private static String table(List<ProbeStatus> probes) {
        if (probes.isEmpty()) {
            return "nobody asked for health yet\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("TIME", "LISTENER", "SOURCE", "PROXY", "VERSION", "HOST", "SNI", "PATH", "CODE", "WHY"));
        for (ProbeStatus probe : probes) {
            rows.add(List.of(
                    String.valueOf(probe.at()),
                    cell(probe.listener()),
                    cell(probe.source()),
                    cell(probe.client() == null ? probe.proxyHeader() : probe.proxyHeader() + " " + probe.client()),
                    cell(probe.version()),
                    cell(probe.host()),
                    cell(probe.sni()),
                    cell(probe.path()),
                    String.valueOf(probe.code()),
                    cell(probe.why())));
        }
        return String.join("\n", Text.columns(rows)) + "\n";
    }

    /// What a stranger sent must not break the table.
    private static String cell(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : Text.clean(text).replaceAll("[\\n\\t]", " ");
    }
}
