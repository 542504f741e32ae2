package dev.dhow.agent.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.Defaults;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What runs in a container, with which words, environment and labels.
final class ProcessTranslation {
    private ProcessTranslation() {}

    static void apply(ContainerRequest request, CreateContainerCmd command) {
        ContainerSpec spec = request.role().container();
        ProcessSpec process = spec.process();
        command.withName(request.name())
                .withLabels(labels(request))
                .withEnv(environment(request))
                .withStopTimeout((int) Defaults.stopGracePeriod(request.role()).toSeconds());
        if (process.command() != null) {
            command.withCmd(process.command());
        }
        if (process.entrypoint() != null) {
            command.withEntrypoint(process.entrypoint());
        }
        if (process.user() != null) {
            command.withUser(process.user());
        }
        if (process.workingDir() != null) {
            command.withWorkingDir(process.workingDir());
        }
        if (process.stopSignal() != null) {
            command.withStopSignal(process.stopSignal());
        }
        if (spec.network().hostname() != null) {
            command.withHostName(spec.network().hostname());
        }
        if (spec.platform() != null) {
            command.withPlatform(spec.platform());
        }
    }

    /// The user's, and ours, which win.
    static Map<String, String> labels(ContainerRequest request) {
        Map<String, String> labels = new TreeMap<>(request.role().container().labels());
        labels.putAll(request.owner().labels());
        return labels;
    }

    /// Values of `env_file` and `secrets`, over them what the service's file says, over that what tells the process who
    /// it is.
    static List<String> environment(ContainerRequest request) {
        ProcessSpec process = request.role().container().process();
        Map<String, String> all = new TreeMap<>();
        request.role().secretEnvironment().forEach((key, secret) -> all.put(key, secret.value()));
        all.putAll(process.environment());
        Owner owner = request.owner();
        all.put("DHOW_SERVICE", owner.service());
        all.put("DHOW_ROLE", owner.role());
        all.put("DHOW_REPLICA", Integer.toString(owner.replica()));
        all.put("DHOW_REVISION", owner.revision());
        all.put("DHOW_HOST", owner.host());
        return all.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }
}
