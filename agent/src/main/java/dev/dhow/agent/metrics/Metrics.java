package dev.dhow.agent.metrics;

import dev.dhow.agent.health.ProbeListener;
import dev.dhow.agent.proxy.ProxyListener;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentView;
import dev.dhow.agent.status.PassListener;
import dev.dhow.agent.tls.CertificateListener;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Listens to the whole agent and tells Prometheus. Each family has its own class; this one only passes on.
public final class Metrics implements CallListener, ProbeListener, PassListener, AutoCloseable {
    private final Supplier<AgentView> view;
    private final Meters meters = new Meters();
    private final ReconcileMetrics reconcile;
    private final DockerMetrics docker;
    private final ServiceMetrics services;
    private final RolloutMetrics rollouts;
    private final ProbeMetrics probes;
    private final SourceMetrics source;
    private final JvmMetrics jvm;
    private final ProxyMetrics proxy;
    private final TlsMetrics tls;

    /// @param view asked at each scrape, not before
    /// @param version of this program
    public Metrics(Supplier<AgentView> view, Ticker ticker, String version) {
        this.view = view;
        reconcile = new ReconcileMetrics(meters, ticker);
        docker = new DockerMetrics(meters);
        services = new ServiceMetrics(meters);
        rollouts = new RolloutMetrics(meters);
        probes = new ProbeMetrics(meters);
        source = new SourceMetrics(meters, ticker);
        jvm = new JvmMetrics(meters);
        tls = new TlsMetrics(meters);
        proxy = new ProxyMetrics(meters, ticker, tls);
        new BuildMetrics(meters, version);
        new ProcessMetrics(meters);
    }

    /// The text of now, in Prometheus' text format 0.0.4. Series of services and roles that are gone are gone.
    public String scrape() {
        AgentView now = view.get();
        List<ServiceStatus> statuses = now.services();
        docker.up(now.dockerUp());
        services.show(statuses);
        rollouts.show(statuses);
        source.show(statuses);
        tls.show(now.certificates());
        meters.retain(statuses);
        proxy.retain(statuses.stream().map(ServiceStatus::service).collect(Collectors.toSet()));
        return meters.scrape();
    }

    /// What hears the proxy.
    public ProxyListener proxy() {
        return proxy;
    }

    /// What hears how orders of certificates end.
    public CertificateListener orders() {
        return tls;
    }

    @Override
    public void called(String operation, String result, Duration took) {
        docker.called(operation, result, took);
    }

    @Override
    public void probed(String service, String role, String result, Duration took) {
        probes.probed(service, role, result, took);
    }

    @Override
    public void passed(String service, String result, Duration took) {
        reconcile.passed(result, took);
    }

    @Override
    public void failed(String reason) {
        reconcile.failed(reason);
    }

    @Override
    public void acted(String action) {
        reconcile.acted(action);
    }

    @Override
    public void repaired(String kind) {
        reconcile.repaired(kind);
    }

    @Override
    public void restarted(String service, String role, String reason) {
        services.restarted(service, role, reason);
    }

    @Override
    public void pulled(String result, Duration took) {
        docker.pulled(result, took);
    }

    @Override
    public void rolledOut(String service, String result, Duration took) {
        rollouts.rolledOut(service, result, took);
    }

    @Override
    public void ran(String service, String role, boolean success, Instant at) {
        if (success) {
            rollouts.ran(service, role, at);
        }
    }

    @Override
    public void forgotten(String service) {
        meters.forget(service);
        rollouts.forget(service);
    }

    @Override
    public void sourceChanged() {
        source.changed();
    }

    /// @param services how many lack their file and stay, by the newest reading of the source
    public void removalsHeld(int services) {
        source.removalsHeld(services);
    }

    /// Ends listening to the JVM.
    @Override
    public void close() {
        jvm.close();
    }
}
