package dev.dhow.agent.state;

import java.util.List;

/// An image on this host.
///
/// @param id the content, `sha256:…`
/// @param digests the references with digest it is known by; none for an image built here
/// @param healthcheck whether it brings a HEALTHCHECK that is not `NONE`
/// @param tcpPorts the TCP ports it EXPOSEs
public record ImageFacts(String id, List<String> digests, boolean healthcheck, List<Integer> tcpPorts) {
    /// Copies the lists.
    public ImageFacts {
        digests = List.copyOf(digests);
        tcpPorts = List.copyOf(tcpPorts);
    }
}
