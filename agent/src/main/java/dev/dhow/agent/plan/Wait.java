package dev.dhow.agent.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Something that is wanted and not done in this pass, with why.
///
/// @param subject `shop`, `shop/web` or `shop/web/1`
/// @param verb the step that waits, such as `pull` or `create`; empty: none in particular
/// @param message for people
/// @param until when it is tried, monotonic; null: when something else changes
public record Wait(
        String subject,
        Kind kind,
        String verb,
        String message,
        @Nullable Duration until) {
    static final String PULL = "pull";
    static final String CREATE = "create";
    /// A pull that is under way.
    static final String PULLING = "pulling";

    /// What is waited for.
    public enum Kind {
        /// The time after a failure.
        BACKOFF,
        /// Another replica's readiness, or what is under way.
        GATE,
        /// Docker, which restarts or removes a container by itself.
        ENGINE,
        /// A person: only another file or another host helps.
        PERSON
    }

    /// Whether it is about an image that cannot be had.
    public boolean ofImage() {
        return verb.equals(PULL);
    }
}
