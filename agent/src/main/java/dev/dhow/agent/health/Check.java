package dev.dhow.agent.health;

import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.status.CheckResult.Kind;
import java.time.Duration;
import java.util.Map;

/// One check of one container with every default resolved, so that whoever carries it out decides nothing.
public sealed interface Check {
    /// How it is checked.
    Kind kind();

    /// A check that the agent carries out itself, again and again.
    sealed interface Probe extends Check {
        /// What it dials, without brackets; empty: the container has no address.
        String address();

        /// The port it dials.
        int port();

        /// How often, how long, how many failures.
        Pace pace();

        /// What a failing check of a running container does.
        OnFailure onFailure();

        /// For people and for `url`: `http://10.0.0.2:3000/up`, `tcp://10.0.0.2:5432`.
        String url();

        /// This probe without its pace and consequence: what was counted stays valid as long as this is equal.
        Probe key();

        /// Address and port as a URL has them, an IPv6 address in brackets.
        default String authority() {
            String host = address().isEmpty() ? "(no address)" : address();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
        }
    }

    /// One GET request; redirects are not followed.
    ///
    /// @param path with its query
    /// @param host the Host header as it is sent
    /// @param headers further ones, without Host
    /// @param expectFrom the lowest status code that passes
    /// @param expectTo the highest status code that passes
    record Http(
            String address,
            int port,
            String path,
            String host,
            Map<String, String> headers,
            int expectFrom,
            int expectTo,
            Pace pace,
            OnFailure onFailure)
            implements Probe {
        /// Copies the map.
        public Http {
            headers = Map.copyOf(headers);
        }

        @Override
        public Kind kind() {
            return Kind.HTTP;
        }

        @Override
        public String url() {
            return "http://" + authority() + path;
        }

        @Override
        public Http key() {
            return new Http(address, port, path, host, headers, expectFrom, expectTo, Pace.DEFAULT, OnFailure.NONE);
        }

        /// Whether that status code passes.
        boolean expects(int status) {
            return status >= expectFrom && status <= expectTo;
        }
    }

    /// One connection that is accepted.
    record Tcp(String address, int port, Pace pace, OnFailure onFailure) implements Probe {
        @Override
        public Kind kind() {
            return Kind.TCP;
        }

        @Override
        public String url() {
            return "tcp://" + authority();
        }

        @Override
        public Tcp key() {
            return new Tcp(address, port, Pace.DEFAULT, OnFailure.NONE);
        }
    }

    /// What Docker's HEALTHCHECK reports.
    record Docker(OnFailure onFailure) implements Check {
        @Override
        public Kind kind() {
            return Kind.DOCKER;
        }
    }

    /// The process is there and stays.
    ///
    /// @param readinessDelay how long it must stay up to count as ready
    record Process(Duration readinessDelay) implements Check {
        @Override
        public Kind kind() {
            return Kind.PROCESS;
        }
    }
}
