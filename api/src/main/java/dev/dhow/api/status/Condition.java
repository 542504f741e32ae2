package dev.dhow.api.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One statement about a service, in Kubernetes' form.
///
/// @param reason one CamelCase word, for machines
/// @param message for people
/// @param since when the status last changed
/// @param revision the revision it speaks of; null: none is known
public record Condition(
        Type type,
        Status status,
        String reason,
        String message,
        Instant since,
        @Nullable String revision) {
    /// What is stated.
    public enum Type {
        /// Every role has its replicas ready, of any revision.
        Available,
        /// Exactly the wanted containers run, all with the wanted spec.
        UpToDate,
        /// Steps or a gate are open.
        Progressing,
        /// The file can be used; Unknown: it cannot be read.
        SourceValid,
        /// Every image is on this host.
        ImageAvailable,
        /// Something needs a person's look.
        Degraded
    }

    /// Whether it holds.
    public enum Status {
        /// It holds.
        True,
        /// It does not hold.
        False,
        /// Nobody can tell, which changes nothing.
        Unknown
    }
}
