package dev.dhow.agent.http;

import dev.dhow.agent.status.AgentControl.Answer;
import dev.dhow.agent.status.HostDesk;
import dev.dhow.api.status.HostStatus;
import dev.dhow.api.status.ProbeStatus;
import java.time.Instant;
import java.util.List;

/// A host that can be drained once.
final class FakeHost implements HostDesk {
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    private boolean drains;

    @Override
    public HostStatus status() {
        HostStatus.Drain drain = drains ? new HostStatus.Drain(AT, AT.plusSeconds(35)) : null;
        return new HostStatus("web-1", drain, 2, List.of());
    }

    @Override
    public List<ProbeStatus> probes() {
        return List.of(new ProbeStatus(
                AT, "http", "10.0.0.9", "v1", "192.0.2.7", null, null, "HTTP/1.1", "/.dhow/health", 200, "ok"));
    }

    @Override
    public Answer drain() {
        drains = true;
        return new Answer.Accepted("health fails from now on");
    }

    @Override
    public Answer undrain() {
        if (!drains) {
            return new Answer.Refused("the host does not drain");
        }
        drains = false;
        return new Answer.Accepted("the host takes requests again");
    }
}
