package dev.dhow.agent.cli;

import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.http.HistoryBody.Entry;
import dev.dhow.api.http.Paths;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RunStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dhow history`
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "Shows a service's revisions, the newest first; the one in force has a star.",
        footer = {"", "Examples:", "  dhow history shop", "  dhow history shop --show 3f2a9c10 > shop.yaml"})
final class HistoryCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "Which one.")
    private String service = "";

    @Option(
            names = "--show",
            paramLabel = "REVISION",
            description = "The service file as it was in that revision, instead of the table.")
    private @Nullable String show;

    HistoryCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String query = show == null ? "" : "?show=" + Paths.encoded(show);
        String json = client.get(Paths.service(service, "history") + query);
        HistoryBody history = read(json, HistoryBody.class);
        data(json, show == null ? table(history, pace().wall()) + runs(history, pace().wall()) : file(history, show));
        return Exit.GOOD;
    }

    private String file(HistoryBody history, String revision) throws Refusal {
        List<Entry> found = history.revisions().stream()
                .filter(entry -> entry.rollout().revision().equals(revision))
                .toList();
        if (found.isEmpty()) {
            throw new Refusal(
                    Exit.ERROR,
                    "%s has no revision %s; \"dhow history %s\" lists them".formatted(service, revision, service));
        }
        for (Entry entry : found) {
            if (entry.file() != null) {
                return Text.clean(entry.file());
            }
        }
        throw new Refusal(Exit.ERROR, "the file of revision %s was not kept".formatted(revision));
    }

    private static String table(HistoryBody history, Instant now) {
        if (history.revisions().isEmpty()) {
            return "no revisions\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "REVISION", "OUTCOME", "REASON", "AGE", "TOOK", "CAUSE"));
        for (Entry entry : history.revisions()) {
            RolloutStatus rollout = entry.rollout();
            Instant ended = rollout.endedAt();
            rows.add(List.of(
                    entry.current() ? "*" : "",
                    Text.clean(rollout.revision()),
                    rollout.outcome().label(),
                    Text.clean(rollout.reason()),
                    Text.age(Duration.between(rollout.startedAt(), now)),
                    ended == null ? "-" : Text.age(Duration.between(rollout.startedAt(), ended)),
                    Text.clean(rollout.cause()).lines().findFirst().orElse("")));
        }
        return laidOut(rows);
    }

    /// Runs of roles with a schedule, in a table of their own; empty: there were none.
    private static String runs(HistoryBody history, Instant now) {
        if (history.runs().isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RUN OF", "REVISION", "OUTCOME", "EXIT", "AGE", "TOOK", "CONTAINER"));
        for (RunStatus run : history.runs()) {
            Instant ended = run.endedAt();
            Integer code = run.exitCode();
            rows.add(List.of(
                    Text.clean(run.role()),
                    Text.clean(run.revision()),
                    run.outcome().label(),
                    code == null ? "-" : code.toString(),
                    Text.age(Duration.between(run.startedAt(), now)),
                    ended == null ? "-" : Text.age(Duration.between(run.startedAt(), ended)),
                    Text.clean(run.container())));
        }
        return "\n" + laidOut(rows);
    }

    private static String laidOut(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        Text.columns(rows).forEach(line -> text.append(line.stripTrailing()).append('\n'));
        return text.toString();
    }
}
