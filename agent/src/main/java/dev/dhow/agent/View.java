package dev.dhow.agent;

import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.reconcile.Reconciler;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.source.Containers;
import dev.dhow.agent.source.SourceSnapshot;
import dev.dhow.agent.status.AgentView;
import dev.dhow.agent.status.StatusBoard;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.ServiceStatus;
import dev.dhow.api.status.TrafficStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the API, the metrics and the source see of the running agent.
final class View implements AgentView, Containers {
    /// Nothing is there yet.
    static final AgentView STARTING = new Starting();

    private final StatusBoard board;
    private final Reconciler reconciler;
    private final Supplier<List<CertificateStatus>> certificates;
    private final Function<String, @Nullable TrafficStatus> traffic;
    private volatile SourceSnapshot source = SourceSnapshot.NOTHING;
    private volatile boolean ready;

    /// @param certificates what answers in TLS handshakes
    /// @param traffic says of a service whether its requests are kept from it
    View(
            StatusBoard board,
            Reconciler reconciler,
            Supplier<List<CertificateStatus>> certificates,
            Function<String, @Nullable TrafficStatus> traffic) {
        this.traffic = traffic;
        this.board = board;
        this.certificates = certificates;
        this.reconciler = reconciler;
    }

    void source(SourceSnapshot snapshot) {
        source = snapshot;
    }

    @Override
    public List<ServiceStatus> services() {
        List<CertificateStatus> told = certificates();
        return board.all().stream().map(status -> whole(status, told)).toList();
    }

    @Override
    public Optional<ServiceStatus> service(String name) {
        return board.of(name).map(status -> whole(status, certificates()));
    }

    private ServiceStatus whole(ServiceStatus status, List<CertificateStatus> told) {
        ServiceStatus warned = CertificateWarnings.in(status, told);
        TrafficStatus kept = traffic.apply(status.service());
        return kept == null ? warned : warned.with(kept);
    }

    @Override
    public List<CertificateStatus> certificates() {
        return certificates.get();
    }

    @Override
    public Optional<String> notReady() {
        if (ready) {
            return Optional.empty();
        }
        SourceSnapshot read = source;
        if (!read.listed()) {
            String problem = read.directoryProblem();
            return Optional.of(problem == null ? "the services directory was not read yet" : problem);
        }
        if (!reconciler.dockerRead()) {
            return Optional.of("Docker's list was not read yet");
        }
        // From here on for good: losing Docker later is told by dhow_docker_up, not here.
        ready = true;
        return Optional.empty();
    }

    @Override
    public boolean runs(String service) {
        return reconciler.runs(service);
    }

    @Override
    public Optional<Set<String>> known() {
        return reconciler.withContainers();
    }

    @Override
    public boolean alive() {
        return reconciler.alive();
    }

    @Override
    public boolean dockerUp() {
        return reconciler.dockerUp();
    }

    @Override
    public PlanBody plan(@Nullable String service) throws Unavailable, InterruptedException {
        Optional<String> notReady = notReady();
        if (notReady.isPresent()) {
            // "No changes" would be a false all-clear while nothing was read.
            throw new Unavailable(notReady.get());
        }
        try {
            List<PlanBody> plans =
                    reconciler.desk().preview(service).stream().map(Plan::body).toList();
            return new PlanBody(
                    plans.stream().flatMap(plan -> plan.steps().stream()).toList(),
                    plans.stream().flatMap(plan -> plan.waits().stream()).toList());
        } catch (RuntimeFailure e) {
            throw new Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /// What is told before the parts are wired.
    private static final class Starting implements AgentView {
        @Override
        public List<ServiceStatus> services() {
            return List.of();
        }

        @Override
        public Optional<ServiceStatus> service(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> notReady() {
            return Optional.of("the agent starts");
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public boolean dockerUp() {
            return false;
        }

        @Override
        public PlanBody plan(@Nullable String service) throws Unavailable {
            throw new Unavailable("the agent starts");
        }
    }
}
