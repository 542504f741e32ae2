package dev.dhow.agent.http;

import dev.dhow.agent.source.ServiceWriter;
import dev.dhow.agent.source.TextCheck;
import dev.dhow.agent.status.AgentControl;
import dev.dhow.agent.status.AgentView;
import dev.dhow.agent.status.HostDesk;
import java.util.SortedSet;
import java.util.function.Supplier;

/// What the API speaks for.
///
/// @param check judges texts that are sent
/// @param writer writes the services directory
/// @param confirmRemoval lets the services go whose removal is held back, and says which
/// @param host what is asked of the host as a whole
/// @param metrics the Prometheus text of now
public record ApiParts(
        AgentView view,
        AgentControl control,
        TextCheck check,
        ServiceWriter writer,
        Supplier<SortedSet<String>> confirmRemoval,
        HostDesk host,
        Supplier<String> metrics) {}
