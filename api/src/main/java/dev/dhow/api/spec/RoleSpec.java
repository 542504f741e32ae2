package dev.dhow.api.spec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One role of a service: so many equal containers, how they are checked, and whether requests are sent to them.
///
/// Every value is effective (the root's keys are merged in), except that a container key with a default of ours is
/// null where the file says nothing: [Defaults] says what then holds, and the spec hash can tell "not written" from
/// "written", so that a new default in a later version recreates nothing.
///
/// @param image the reference as written, a tag or a digest
/// @param replicas how many containers on this host, 0 or more
/// @param proxy null: no requests are sent to this role
/// @param readinessDelay how long a process without any check must stay up to count as ready
/// @param deployTimeout the least deadline of a container to become ready, from its own start
/// @param retain how many old stopped containers are kept for rollback
/// @param metrics null: nothing to scrape
/// @param secrets values from the agent's store, shown nowhere
/// @param files what is mounted into the container from the service's file or the host
/// @param onHosts where it runs; none: everywhere
/// @param schedule null: it runs all the time; else it runs to its end at these times
public record RoleSpec(
        String name,
        String image,
        ContainerSpec container,
        int replicas,
        @Nullable ProxySpec proxy,
        HealthSpec health,
        Duration readinessDelay,
        Duration deployTimeout,
        Duration drainTimeout,
        RolloutSpec rollout,
        int retain,
        @Nullable MetricsSpec metrics,
        List<Dependency> dependsOn,
        List<SecretSpec> secrets,
        List<FileSpec> files,
        List<HostPattern> onHosts,
        @Nullable Schedule schedule) {
    /// Copies the lists.
    /// @throws IllegalArgumentException when a value is outside its limits
    public RoleSpec {
        Names.require(name);
        if (image.isBlank()) {
            throw new IllegalArgumentException("role %s has no image".formatted(name));
        }
        if (replicas < 0 || retain < 0) {
            throw new IllegalArgumentException("role %s: counts are 0 or more".formatted(name));
        }
        dependsOn = List.copyOf(dependsOn);
        secrets = List.copyOf(secrets);
        files = List.copyOf(files);
        onHosts = List.copyOf(onHosts);
    }

    /// One that runs all the time on every host, with nothing from the agent's store.
    public RoleSpec(
            String name,
            String image,
            ContainerSpec container,
            int replicas,
            @Nullable ProxySpec proxy,
            HealthSpec health,
            Duration readinessDelay,
            Duration deployTimeout,
            Duration drainTimeout,
            RolloutSpec rollout,
            int retain,
            @Nullable MetricsSpec metrics,
            List<Dependency> dependsOn) {
        this(
                name,
                image,
                container,
                replicas,
                proxy,
                health,
                readinessDelay,
                deployTimeout,
                drainTimeout,
                rollout,
                retain,
                metrics,
                dependsOn,
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    /// How many containers run all the time.
    public int places() {
        return schedule == null ? replicas : 0;
    }

    /// Whether requests are sent to this role, which also decides its kind of health check.
    public boolean proxied() {
        return proxy != null;
    }

    /// The same role with other secrets and files.
    public RoleSpec with(List<SecretSpec> otherSecrets, List<FileSpec> otherFiles) {
        return with(dependsOn, otherSecrets, otherFiles);
    }

    /// Environment values that are shown nowhere: those of `env_file`, and over them those of `secrets`. What
    /// the file itself says in `environment` wins over both.
    public Map<String, Secret> secretEnvironment() {
        Map<String, Secret> all = new TreeMap<>(container.process().secretEnvironment());
        for (SecretSpec secret : secrets) {
            if (secret.file() == null) {
                all.put(secret.name(), new Secret(secret.value().text().orElse("")));
            }
        }
        return all;
    }

    /// What the agent mounts into a container, in an order that stays as long as the role says the same.
    public List<MountedFile> mountedFiles() {
        List<MountedFile> all = new ArrayList<>();
        for (SecretSpec secret : secrets) {
            if (secret.file() != null) {
                all.add(new MountedFile(secret.file(), secret.value(), FileSpec.DEFAULT_MODE));
            }
        }
        files.forEach(file -> all.add(new MountedFile(file.target(), file.content(), file.mode())));
        return all;
    }

    /// The same role without dependencies on roles of its own service that are not among these.
    RoleSpec dependingOnly(String service, Set<String> roles) {
        List<Dependency> left = dependsOn.stream()
                .filter(dependency -> roles.contains(dependency.role())
                        || (dependency.service() != null
                                && !dependency.service().equals(service)))
                .toList();
        return with(left, secrets, files);
    }

    private RoleSpec with(List<Dependency> dependencies, List<SecretSpec> otherSecrets, List<FileSpec> otherFiles) {
        return new RoleSpec(
                name,
                image,
                container,
                replicas,
                proxy,
                health,
                readinessDelay,
                deployTimeout,
                drainTimeout,
                rollout,
                retain,
                metrics,
                dependencies,
                otherSecrets,
                otherFiles,
                onHosts,
                schedule);
    }
}
