package dev.dhow.agent.history;

import org.jspecify.annotations.Nullable;

/// The name under which this agent owns its containers.
///
/// @param name goes into the label `dev.dhow.host`
/// @param notice something to tell the operator; null: nothing
public record HostName(String name, @Nullable String notice) {}
