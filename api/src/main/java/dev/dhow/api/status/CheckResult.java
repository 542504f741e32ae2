package dev.dhow.api.status;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The last result of a check, in full. What a kind of check does not know is null.
///
/// @param body the first bytes of the answer, or the output of a command
/// @param hint the likely fix
public record CheckResult(
        Kind kind,
        boolean ok,
        Instant at,
        @Nullable String url,
        @Nullable Integer status,
        @Nullable String location,
        @Nullable String body,
        @Nullable String error,
        @Nullable String hint) {
    /// The same without what was answered or printed.
    public CheckResult withoutBody() {
        return new CheckResult(kind, ok, at, url, status, location, null, error, hint);
    }

    /// How it was checked.
    public enum Kind {
        /// A GET request.
        HTTP,
        /// A connection.
        TCP,
        /// Docker's HEALTHCHECK.
        DOCKER,
        /// The process is there.
        PROCESS;

        /// The word as it is told.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
