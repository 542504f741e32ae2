package dev.dhow.api.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// This host, apart from its services.
///
/// @param host its name
/// @param drain null: it takes requests as ever
/// @param requestsInFlight that the proxy passes on right now
public record HostStatus(String host, @Nullable Drain drain, int requestsInFlight, List<Condition> conditions) {
    /// Copies the list.
    public HostStatus {
        conditions = List.copyOf(conditions);
    }

    /// Load balancers are to send nothing more here.
    ///
    /// @param since health fails
    /// @param ends when connections begin to end
    public record Drain(Instant since, Instant ends) {}

    /// One statement about the host, in the form of those about services.
    ///
    /// @param reason one CamelCase word, for machines
    /// @param message for people
    /// @param since when the status last changed
    public record Condition(
            Type type, dev.dhow.api.status.Condition.Status status, String reason, String message, Instant since) {}

    /// What is stated.
    public enum Type {
        /// Load balancers are told to send nothing more.
        Draining,
        /// Every listener of the proxy that is wanted is open.
        Listening
    }
}
