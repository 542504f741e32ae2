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
/// @param registries logins, by registry as it was written
/// @param images when unused images go
/// @param proxy how requests come in
public record AgentConfig(
        @Nullable String hostName,
        Map<String, String> hostLabels,
        String docker,
        Path sourceDirectory,
        Path stateDir,
        Path secretsDir,
        Api api,
        Policy policy,
        Map<String, Registry> registries,
        Images images,
        ProxyConfig proxy) {
    /// What holds without a file.
    public static final AgentConfig DEFAULT = new AgentConfig(
            null,
            Map.of(),
            "unix:///var/run/docker.sock",
            Path.of("/etc/dhow/services.d"),
            Path.of("/var/lib/dhow"),
            Path.of("/etc/dhow/secrets"),
            new Api(Path.of("/run/dhow/dhow.sock"), new InetSocketAddress("127.0.0.1", 7460), List.of()),
            Policy.DEFAULT,
            Map.of(),
            Images.DEFAULT,
            ProxyConfig.DEFAULT);

    /// Copies the maps.
    public AgentConfig {
        hostLabels = Map.copyOf(hostLabels);
        registries = Map.copyOf(registries);
    }

    /// The login of one registry.
    public record Registry(String username, Path passwordFile) {}

    /// When unused images go.
    ///
    /// @param gcHigh per cent of Docker's disk above which they go
    /// @param gcLow per cent at which no more go
    public record Images(int gcHigh, int gcLow) {
        /// What holds without a file.
        public static final Images DEFAULT = new Images(85, 80);
    }

    /// One with what holds without the keys of policy, images and proxy.
    public AgentConfig(
            @Nullable String hostName,
            Map<String, String> hostLabels,
            String docker,
            Path sourceDirectory,
            Path stateDir,
            Path secretsDir,
            Api api) {
        this(
                hostName,
                hostLabels,
                docker,
                sourceDirectory,
                stateDir,
                secretsDir,
                api,
                Policy.DEFAULT,
                Map.of(),
                Images.DEFAULT,
                ProxyConfig.DEFAULT);
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
