package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Place;
import org.jspecify.annotations.Nullable;

/// Something of the host that only one role can have, with the place that asks for it.
///
/// @param source the source line; null: there is none to show
public record Claim(
        What what,
        String service,
        String role,
        String file,
        Place place,
        String path,
        @Nullable String source) {
    /// What is claimed.
    public sealed interface What {
        /// Whether both cannot be had.
        boolean conflicts(What other);

        /// What equals in all that conflict with each other, to look them up by.
        Object bucket();

        /// For messages.
        String text();
    }

    /// Requests for a host below a path.
    ///
    /// @param host empty: the default route
    public record Route(String host, String pathPrefix) implements What {
        @Override
        public boolean conflicts(What other) {
            return equals(other);
        }

        @Override
        public Object bucket() {
            return this;
        }

        @Override
        public String text() {
            return host.isEmpty()
                    ? "the default route" + (pathPrefix.equals("/") ? "" : " below " + pathPrefix)
                    : host + pathPrefix;
        }
    }

    /// A port of the host.
    public record HostPort(String ip, int port, String protocol) implements What {
        @Override
        public boolean conflicts(What other) {
            return other instanceof HostPort that
                    && port == that.port
                    && protocol.equals(that.protocol)
                    && (ip.equals(that.ip) || covers(ip, that.ip) || covers(that.ip, ip));
        }

        @Override
        public Object bucket() {
            return port;
        }

        @Override
        public String text() {
            return "the host port %s:%d/%s".formatted(ip.contains(":") ? "[" + ip + "]" : ip, port, protocol);
        }

        private static boolean covers(String any, String one) {
            return one.contains(":") ? any.equals("::") : any.equals("0.0.0.0");
        }
    }
}
