package dev.dhow.agent.state;

import java.util.List;
import java.util.Optional;

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

    /// The reference with digest that it is known by in the repository of a reference, such as
    /// `registry.example.com/shop@sha256:…`: what a tag meant when it was pulled. Empty for an image that
    /// no registry gave.
    public Optional<String> digest(String reference) {
        ImageName name = ImageName.parse(reference);
        List<String> ofRepository = digests.stream()
                .filter(digest -> ImageName.parse(digest).place().equals(name.place()))
                .toList();
        return ofRepository.stream()
                .filter(digest -> name.digest() != null && digest.endsWith("@" + name.digest()))
                .findFirst()
                // A repository can give one image under several digests; any of them is its content.
                .or(() -> ofRepository.stream().findFirst());
    }
}
