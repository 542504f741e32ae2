package dev.dhow.api.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a role's `healthcheck` says. Nulls are "not written"; which checks then run depends on the kind of role.
///
/// @param test Docker's form: `NONE`, `CMD` and arguments, or `CMD-SHELL` and one line
/// @param disable only the process is watched
/// @param interval between two checks of a container that is or was ready
/// @param startInterval between two checks of a container that starts
/// @param retries failures in a row that make a ready container unready, 1 or more
/// @param onFailure what a failing check of a running container does; null: by kind of role
public record HealthSpec(
        @Nullable Http http,
        @Nullable Tcp tcp,
        @Nullable List<String> test,
        boolean disable,
        @Nullable Duration interval,
        @Nullable Duration timeout,
        @Nullable Integer retries,
        @Nullable Duration startPeriod,
        @Nullable Duration startInterval,
        @Nullable OnFailure onFailure) {
    /// No `healthcheck` key at all.
    public static final HealthSpec UNSET = new HealthSpec(null, null, null, false, null, null, null, null, null, null);

    /// Copies the list.
    public HealthSpec {
        test = test == null ? null : List.copyOf(test);
    }

    /// An HTTP check.
    ///
    /// @param path starts with `/`
    /// @param port null: the role's `app_port`
    /// @param host the Host header; null: the first of the proxy's `hosts`, else the container's address
    /// @param expectFrom the lowest status code that passes
    /// @param expectTo the highest status code that passes
    public record Http(
            String path,
            @Nullable Integer port,
            @Nullable String host,
            Map<String, String> headers,
            int expectFrom,
            int expectTo) {
        /// The check of a proxied role that says nothing.
        public static final Http DEFAULT = new Http("/up", null, null, Map.of(), 200, 299);

        /// Copies the map.
        public Http {
            headers = Map.copyOf(headers);
        }
    }

    /// A TCP check: a connection is accepted.
    public record Tcp(int port) {}

    /// What a failing check of a running container does.
    public enum OnFailure {
        /// It is shown, and a proxied container gets no requests.
        NONE,
        /// The container is restarted, with backoff.
        RESTART
    }
}
