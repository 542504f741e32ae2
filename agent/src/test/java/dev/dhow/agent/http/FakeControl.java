package dev.dhow.agent.http;

import dev.dhow.agent.manifest.Conflicts;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.source.ServiceWriter;
import dev.dhow.agent.source.TextCheck;
import dev.dhow.agent.status.AgentControl;
import dev.dhow.agent.status.AgentView;
import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RunStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An agent that knows one service, `shop`, keeps what it was asked and answers what a test sets.
final class FakeControl implements AgentControl {
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    final List<String> asked = new ArrayList<>();
    final SortedSet<String> held = new TreeSet<>();
    volatile @Nullable String refusal;
    volatile @Nullable String unavailable;

    /// The API's parts with a services directory of the test's own.
    ApiParts parts(AgentView view, Path directory) {
        TextCheck check = TextCheck.against(directory, Manifests::read, Conflicts::between, Map::of);
        return new ApiParts(
                view,
                this,
                check,
                new ServiceWriter(directory, service -> asked.add("meant " + service)),
                () -> held,
                new FakeHost(),
                () -> "# HELP a b\n");
    }

    private Answer answer(String verb, String service, String rest) {
        asked.add((verb + " " + service + " " + rest).strip());
        String why = refusal;
        if (why != null) {
            return new Answer.Refused(why);
        }
        return service.equals("shop") ? new Answer.Accepted(verb + " begins") : new Answer.Unknown();
    }

    @Override
    public Answer rollback(String service, @Nullable String revision) {
        return answer("rollback", service, revision == null ? "" : revision);
    }

    @Override
    public Answer retry(String service) {
        return answer("retry", service, "");
    }

    @Override
    public Answer update(String service) {
        return answer("update", service, "");
    }

    @Override
    public Answer restart(String service) {
        return answer("restart", service, "");
    }

    @Override
    public Answer hold(String service) {
        return answer("hold", service, "");
    }

    @Override
    public Answer unhold(String service) {
        return answer("unhold", service, "");
    }

    @Override
    public Answer maintenance(String service, boolean on, @Nullable String message) {
        return answer("maintenance", service, (on ? "on " : "off ") + (message == null ? "" : message));
    }

    @Override
    public Answer pause(String service) {
        return answer("pause", service, "");
    }

    @Override
    public Answer resume(String service) {
        return answer("resume", service, "");
    }

    @Override
    public Optional<HistoryBody> history(String service, @Nullable String show) {
        if (!service.equals("shop")) {
            return Optional.empty();
        }
        RolloutStatus rollout = new RolloutStatus(
                "3f2a9c10",
                "file",
                RolloutStatus.Outcome.ROLLED_BACK,
                AT,
                AT,
                "it exited",
                new CheckResult(
                        CheckResult.Kind.DOCKER, false, AT, null, null, null, "written by a command", null, null),
                new LastExit(7, false, AT, List.of("written by a process")));
        String file = "3f2a9c10".equals(show) ? "service: shop\n" : null;
        return Optional.of(new HistoryBody(
                service,
                List.of(new HistoryBody.Entry(rollout, Map.of("web", "shop@sha256:1"), true, file)),
                List.of(new RunStatus(
                        "job", "3f2a9c10", "shop-job-3f2a9c10-1", AT, AT, 0, RunStatus.Outcome.SUCCEEDED))));
    }

    @Override
    public PlanBody plan(String fileName, String text) throws AgentView.Unavailable {
        asked.add("plan " + fileName + " " + text.length());
        String why = unavailable;
        if (why != null) {
            throw new AgentView.Unavailable(why);
        }
        return new PlanBody(
                List.of(new PlanBody.StepBody("shop/web/1", "create", "shop-web-3f2a9c10-1", "no container")),
                List.of(new PlanBody.WaitBody("shop/web/2", "shop/web/1 is not ready yet")));
    }
}
