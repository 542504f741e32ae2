package dev.dhow.api.http;

import dev.dhow.api.status.ProbeStatus;
import java.util.List;

/// The answer of `GET /v1/probes`: the last of each listener and source, the newest of each first.
public record ProbesBody(List<ProbeStatus> probes) {
    /// Copies the list.
    public ProbesBody {
        probes = List.copyOf(probes);
    }
}
