package dev.dhow.agent.policy;

import java.io.IOException;

/// Where paths of the host really lead.
@FunctionalInterface
public interface RealPaths {
    /// The path without symbolic links, as far as it exists.
    ///
    /// @throws IOException when that cannot be looked at; the message says how far, why and what helps
    String of(String path) throws IOException;
}
