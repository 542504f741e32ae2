package dev.dhow.agent.policy;

import java.util.List;

/// What a policy must know of the host.
///
/// @param dockerSocket where Docker's socket is, an absolute path
/// @param own the agent's own directories and files: who has them is not held back by any rule of the agent
/// @param real where paths really lead
public record Host(String dockerSocket, List<String> own, RealPaths real) {
    /// Copies the list.
    public Host {
        own = List.copyOf(own);
    }
}
