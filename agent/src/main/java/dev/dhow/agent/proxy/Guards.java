package dev.dhow.agent.proxy;

import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.access.PasswordCheck;

/// What routes need beside their words to be guarded.
///
/// @param files reads those that routes name
/// @param key of this host, so that clients stay on their replicas over a restart of the agent
public record Guards(FileWatch files, PasswordCheck logins, byte[] key) {
    /// Copies the key.
    public Guards {
        key = key.clone();
    }

    @Override
    public byte[] key() {
        return key.clone();
    }
}
