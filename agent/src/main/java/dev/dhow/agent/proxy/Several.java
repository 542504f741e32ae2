package dev.dhow.agent.proxy;

import java.time.Duration;
import java.util.List;

/// Tells several what one hears.
public final class Several implements ProxyListener {
    private final ProxyListener[] all;
    private final ProxyListener[] wanting;

    /// @param all who are told, in this order
    public Several(List<ProxyListener> all) {
        this.all = all.toArray(ProxyListener[]::new);
        wanting = all.stream().filter(ProxyListener::wantsVisits).toArray(ProxyListener[]::new);
    }

    @Override
    public void began(String service, String role) {
        for (ProxyListener one : all) {
            one.began(service, role);
        }
    }

    @Override
    public void ended(Ended request) {
        for (ProxyListener one : all) {
            one.ended(request);
        }
    }

    @Override
    public void upstreamError(String service, String role, String reason) {
        for (ProxyListener one : all) {
            one.upstreamError(service, role, reason);
        }
    }

    @Override
    public void rejected(String reason) {
        for (ProxyListener one : all) {
            one.rejected(reason);
        }
    }

    @Override
    public void connections(String listener, int change) {
        for (ProxyListener one : all) {
            one.connections(listener, change);
        }
    }

    @Override
    public void probed(String listener, int code) {
        for (ProxyListener one : all) {
            one.probed(listener, code);
        }
    }

    @Override
    public void handshake(String listener, String result, String version, Duration took) {
        for (ProxyListener one : all) {
            one.handshake(listener, result, version, took);
        }
    }

    @Override
    public boolean wantsVisits() {
        return wanting.length > 0;
    }

    @Override
    public void visited(Visited visit) {
        for (ProxyListener one : wanting) {
            one.visited(visit);
        }
    }

    @Override
    public void unlogged() {
        for (ProxyListener one : all) {
            one.unlogged();
        }
    }

    @Override
    public void probe(Probe probe) {
        for (ProxyListener one : all) {
            one.probe(probe);
        }
    }
}
