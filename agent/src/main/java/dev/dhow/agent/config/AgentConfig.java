package dev.dhow.agent.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `agent.yaml`, as far as it is in effect.
///
/// @param hostName null: the machine's name at the first start
/// @param hostLabels what `on_hosts` of service files asks for
/// @param docker such as `unix:///var/run/docker.sock`
/// @param api where the API answers
/// @param policy what service files may ask for
public record AgentConfig(
        @Nullable String hostName,
        Map<String, String> hostLabels,
        String docker,
        Path sourceDirectory,
        Path stateDir,
        Path secretsDir,
        Api api,
        Policy policy) {
    /// What holds without a file.
    public static final AgentConfig DEFAULT = new AgentConfig(
            null,
            Map.of(),
            "unix:///var/run/docker.sock",
            Path.of("/etc/dhow/services.d"),
            Path.of("/var/lib/dhow"),
            Path.of("/etc/dhow/secrets"),
            new Api(Path.of("/run/dhow/dhow.sock"), new InetSocketAddress("127.0.0.1", 7460), List.of()),
            Policy.DEFAULT);

    /// Copies the map.
    public AgentConfig {
        hostLabels = Map.copyOf(hostLabels);
    }

    /// One with the policy that holds without the key.
    public AgentConfig(
            @Nullable String hostName,
            Map<String, String> hostLabels,
            String docker,
            Path sourceDirectory,
            Path stateDir,
            Path secretsDir,
            Api api) {
        this(hostName, hostLabels, docker, sourceDirectory, stateDir, secretsDir, api, Policy.DEFAULT);
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
