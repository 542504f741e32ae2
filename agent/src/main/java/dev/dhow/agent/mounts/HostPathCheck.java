package dev.dhow.agent.mounts;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.RuntimeFailure;
import java.util.Map;

/// Looks at the paths of the host that a container mounts right before it is made: what was checked with the service's
/// file may lead elsewhere by now.
@FunctionalInterface
public interface HostPathCheck {
    /// Where they really lead, by path as written.
    ///
    /// @throws RuntimeFailure with `INVALID` when one leads where the service may not go
    Map<String, String> leading(ContainerRequest request) throws RuntimeFailure;
}
