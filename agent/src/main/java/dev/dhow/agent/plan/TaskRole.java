package dev.dhow.agent.plan;

import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import java.util.List;
import java.util.Map;

/// What a role's container says that is made for a task: it has the role's image, environment, volumes and networks,
/// and nobody reaches it.
final class TaskRole {
    private static final Restart NEVER = new Restart(Mode.NO, 0);
    private static final HealthSpec UNCHECKED =
            new HealthSpec(null, null, null, true, null, null, null, null, null, null);

    private TaskRole() {}

    /// For a release command. The labels that the file gives the role are left out: others may find its containers
    /// by them and send requests.
    static RoleSpec release(RoleSpec role, List<String> command) {
        ContainerSpec container = role.container();
        ProcessSpec was = container.process();
        ProcessSpec process = new ProcessSpec(
                command,
                was.entrypoint(),
                was.environment(),
                was.secretEnvironment(),
                was.user(),
                was.workingDir(),
                was.groupAdd(),
                was.capDrop(),
                was.init(),
                was.stopSignal(),
                was.stopGracePeriod());
        return once(role, with(container, process, Map.of(), NEVER));
    }

    /// For one run of a role with a schedule.
    static RoleSpec run(RoleSpec role) {
        ContainerSpec container = role.container();
        Restart written = container.restart();
        Restart ends =
                written != null && written.mode() == Mode.ON_FAILURE && written.maxRetries() > 0 ? written : NEVER;
        return once(role, with(container, container.process(), container.labels(), ends));
    }

    private static ContainerSpec with(
            ContainerSpec container, ProcessSpec process, Map<String, String> labels, Restart restart) {
        return new ContainerSpec(
                process,
                unreached(container.network()),
                container.storage(),
                container.limits(),
                labels,
                container.logging(),
                restart,
                container.pullPolicy(),
                container.platform(),
                container.privileges());
    }

    /// Without ports, and without addresses and names that belong to a replica beside it.
    private static NetworkSpec unreached(NetworkSpec network) {
        return new NetworkSpec(
                network.networks().stream()
                        .map(a -> new Attachment(a.name(), List.of(), null, null))
                        .toList(),
                network.mode(),
                network.hostname(),
                network.extraHosts(),
                network.dns(),
                network.dnsSearch(),
                List.of());
    }

    private static RoleSpec once(RoleSpec role, ContainerSpec container) {
        return new RoleSpec(
                role.name(),
                role.image(),
                container,
                1,
                null,
                UNCHECKED,
                role.readinessDelay(),
                role.deployTimeout(),
                role.drainTimeout(),
                RolloutSpec.DEFAULT,
                0,
                null,
                List.of(),
                role.secrets(),
                role.files(),
                List.of(),
                null);
    }
}
