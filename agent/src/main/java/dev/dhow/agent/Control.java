package dev.dhow.agent;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.reconcile.ServiceDesk;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.agent.status.AgentControl;
import dev.dhow.agent.status.AgentView;
import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the API may ask of the running agent.
final class Control implements AgentControl {
    private final ServiceDesk desk;
    private final ServiceReader reader;
    private final AgentConfig config;
    private final TrafficControl traffic;

    Control(ServiceDesk desk, ServiceReader reader, AgentConfig config, TrafficControl traffic) {
        this.traffic = traffic;
        this.desk = desk;
        this.reader = reader;
        this.config = config;
    }

    @Override
    public Answer rollback(String service, @Nullable String revision) throws InterruptedException {
        return ask(service, new Request.Rollback(revision));
    }

    @Override
    public Answer retry(String service) throws InterruptedException {
        return ask(service, new Request.Retry());
    }

    @Override
    public Answer update(String service) throws InterruptedException {
        return ask(service, new Request.Update());
    }

    @Override
    public Answer restart(String service) throws InterruptedException {
        return ask(service, new Request.Restart());
    }

    @Override
    public Answer hold(String service) throws InterruptedException {
        return ask(service, new Request.Hold());
    }

    @Override
    public Answer unhold(String service) throws InterruptedException {
        return ask(service, new Request.Unhold());
    }

    @Override
    public Answer maintenance(String service, boolean on, @Nullable String message) throws InterruptedException {
        if (desk.chronicle(service).isEmpty()) {
            return new Answer.Unknown();
        }
        return on ? traffic.maintenance(service, message) : traffic.maintenanceEnds(service);
    }

    @Override
    public Answer pause(String service) throws InterruptedException {
        return desk.chronicle(service).isEmpty() ? new Answer.Unknown() : traffic.pause(service);
    }

    @Override
    public Answer resume(String service) throws InterruptedException {
        return desk.chronicle(service).isEmpty() ? new Answer.Unknown() : traffic.resume(service);
    }

    private Answer ask(String service, Request request) throws InterruptedException {
        Optional<Requests.Reply> reply = desk.ask(service, request);
        if (reply.isEmpty()) {
            return new Answer.Unknown();
        }
        return reply.get().accepted()
                ? new Answer.Accepted(reply.get().message())
                : new Answer.Refused(reply.get().message());
    }

    @Override
    public Optional<HistoryBody> history(String service, @Nullable String show) {
        return desk.chronicle(service).map(chronicle -> body(service, chronicle, show));
    }

    /// The star is on what serves, whatever is worked towards and whether it failed.
    static HistoryBody body(String service, Chronicle chronicle, @Nullable String show) {
        Optional<Chronicle.Entry> current = chronicle.inForce();
        List<HistoryBody.Entry> entries = chronicle.entries().reversed().stream()
                .map(e -> new HistoryBody.Entry(
                        e.rollout(),
                        e.images(),
                        current.filter(e::equals).isPresent(),
                        e.revision().equals(show) && e.text() != null ? e.text().text() : null))
                .toList();
        return new HistoryBody(service, entries, chronicle.runs().reversed());
    }

    @Override
    public PlanBody plan(String fileName, String text) throws AgentView.Unavailable, InterruptedException {
        Path directory = config.sourceDirectory();
        ServiceText read = new ServiceText(fileName, directory.toString(), text);
        Manifest manifest = reader.read(
                fileName, null, text.getBytes(StandardCharsets.UTF_8), directory, ServiceReader.disk(config));
        if (manifest.spec() == null) {
            throw new AgentView.Unavailable(
                    manifest.problems().stream().map(Problem::summary).collect(Collectors.joining("\n")));
        }
        try {
            return desk.previewOf(new Desired.Wanted(new Declared(manifest.spec(), read), manifest.problems()))
                    .body();
        } catch (RuntimeFailure failure) {
            throw new AgentView.Unavailable(String.valueOf(failure.getMessage()));
        }
    }
}
