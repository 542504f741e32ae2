package dev.dhow.agent.runtime;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why a call of the engine did not do its work.
public final class RuntimeFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    /// @param message for people: what was tried, what the engine said, the next step
    public RuntimeFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.retryAfter = null;
    }

    /// @param message for people: what was tried, what the engine said, the next step
    public RuntimeFailure(Kind kind, String message, Throwable cause) {
        this(kind, message, cause, null);
    }

    /// @param message for people: what was tried, what the engine said, the next step
    /// @param retryAfter how long the other side asks to wait; null: it did not say
    public RuntimeFailure(Kind kind, String message, Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /// What sort of failure it is.
    public Kind kind() {
        return kind;
    }

    /// How long the other side asked to wait. Mostly empty also for a rate limit: an engine passes on what
    /// a registry wrote into its answer's body, not its `Retry-After` header.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /// The sorts that make a difference to what is done next.
    public enum Kind {
        /// The engine does not answer: its socket is gone or refuses.
        UNAVAILABLE,
        /// The engine accepted the call and did not answer in time.
        TIMEOUT,
        /// The container or network is not there.
        NOT_FOUND,
        /// A container that is not ours has the name.
        NAME_TAKEN,
        /// A host port is held by someone else.
        PORT_TAKEN,
        /// No registry or host has the image, or the registry hides it from these credentials.
        IMAGE_NOT_FOUND,
        /// The registry wants other credentials.
        AUTH,
        /// The registry asks to come back later.
        RATE_LIMITED,
        /// The registry cannot be reached.
        REGISTRY,
        /// No space left.
        DISK_FULL,
        /// The engine refuses the request as it is: only another file helps.
        INVALID,
        /// Something is in the way that may go by itself.
        CONFLICT,
        /// Anything else.
        OTHER;

        /// The word for metrics and logs.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether it says nothing about the service: the engine itself cannot be asked.
        public boolean engineAway() {
            return this == UNAVAILABLE || this == TIMEOUT;
        }
    }
}
