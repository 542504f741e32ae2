package dev.dhow.agent.source;

import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.status.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds services that claim the same thing of this host: one host and path, or one host port. Pure.
@FunctionalInterface
public interface ConflictCheck {
    /// Which services are refused, each with why, naming the other one.
    ///
    /// @param manifests valid ones, at most one per service
    /// @param holders services that already hold what they claim: where exactly one of two is a holder,
    ///     only the
    ///     other is refused, else both are
    Map<String, List<Problem>> refused(Collection<Manifest> manifests, Set<String> holders);
}
