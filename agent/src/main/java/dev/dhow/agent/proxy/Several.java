package dev.dhow.agent.proxy;

import java.util.List;

/// Tells several what one hears.
///
/// @param all who are told, in this order
public record Several(List<ProxyListener> all) implements ProxyListener {
    /// Copies the list.
    public Several {
        all = List.copyOf(all);
    }

    @Override
    public void began(String service, String role) {
        all.forEach(one -> one.began(service, role));
    }

    @Override
    public void ended(Ended request) {
        all.forEach(one -> one.ended(request));
    }

    @Override
    public void upstreamError(String service, String role, String reason) {
        all.forEach(one -> one.upstreamError(service, role, reason));
    }

    @Override
    public void rejected(String reason) {
        all.forEach(one -> one.rejected(reason));
    }

    @Override
    public void connections(String listener, int change) {
        all.forEach(one -> one.connections(listener, change));
    }

    @Override
    public void probed(String listener, int code) {
        all.forEach(one -> one.probed(listener, code));
    }

    @Override
    public boolean wantsVisits() {
        return all.stream().anyMatch(ProxyListener::wantsVisits);
    }

    @Override
    public void visited(Visited visit) {
        all.stream().filter(ProxyListener::wantsVisits).forEach(one -> one.visited(visit));
    }

    @Override
    public void probe(Probe probe) {
        all.forEach(one -> one.probe(probe));
    }
}
