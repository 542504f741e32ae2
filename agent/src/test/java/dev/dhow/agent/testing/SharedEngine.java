package dev.dhow.agent.testing;

import java.net.URI;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/// Sends Testcontainers to the tests' own Engine, never to the machine's. Found by its name in `META-INF/services`.
public final class SharedEngine extends DockerClientProviderStrategy {
    @Override
    public String getDescription() {
        return "the tests' own Docker Engine";
    }

    @Override
    public TransportConfig getTransportConfig() {
        return TransportConfig.builder()
                .dockerHost(URI.create(TestEngine.shared().uri()))
                .build();
    }

    /// Published ports answer at the engine's address, not at that of this machine.
    @Override
    public synchronized String getDockerHostIpAddress() {
        return TestEngine.shared().address();
    }

    /// Before all others.
    @Override
    protected int getPriority() {
        return Integer.MAX_VALUE;
    }

    /// Not written into the home directory.
    @Override
    protected boolean isPersistable() {
        return false;
    }
}
