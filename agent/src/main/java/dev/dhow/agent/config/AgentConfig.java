package dev.dhow.agent.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `agent.yaml`, as far as it is in effect.
///
/// @param hostName null: the machine's name at the first start
/// @param hostLabels for people and, later, `on_hosts`
/// @param docker such as `unix:///var/run/docker.sock`
/// @param api where the API answers
public record AgentConfig(
        @Nullable String hostName,
        Map<String, String> hostLabels,
        String docker,
        Path sourceDirectory,
        Path stateDir,
        Path secretsDir,
        Api api) {
    /// What holds without a file.
    public static final AgentConfig DEFAULT = new AgentConfig(
            null,
            Map.of(),
            "unix:///var/run/docker.sock",
            Path.of("/etc/dhow/services.d"),
            Path.of("/var/lib/dhow"),
            Path.of("/etc/dhow/secrets"),
            new Api(Path.of("/run/dhow/dhow.sock"), new InetSocketAddress("127.0.0.1", 7460), List.of()));

    /// Copies the map.
    public AgentConfig {
        hostLabels = Map.copyOf(hostLabels);
    }

    /// Where the API answers.
    ///
    /// @param listen null: no TCP
    /// @param hosts further names that a Host header may have
    public record Api(Path socket, @Nullable InetSocketAddress listen, List<String> hosts) {
        /// Copies the list.
        public Api {
            hosts = List.copyOf(hosts);
        }
    }
}
