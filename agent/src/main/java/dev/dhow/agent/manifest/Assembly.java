package dev.dhow.agent.manifest;

import static dev.dhow.agent.manifest.ContainerKeys.*;

import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.LimitSpec;
import dev.dhow.api.spec.ContainerSpec.Logging;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.ImageUpdate;
import dev.dhow.api.spec.MetricsSpec;
import dev.dhow.api.spec.PrivilegeSpec;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.spec.Secret;
import dev.dhow.api.spec.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the records of desired state of checked values.
final class Assembly {
    private Assembly() {}

    static RoleSpec role(String service, Role role, Map<String, Secret> secretEnvironment) {
        Values v = role.values();
        return new RoleSpec(
                role.name(),
                v.or(IMAGE, ""),
                container(service, v, secretEnvironment),
                v.or(RoleKeys.REPLICAS, Defaults.REPLICAS),
                role.proxy() == null ? null : ProxyRecord.of(role.proxy()),
                health(v.get(HEALTHCHECK)),
                v.or(RoleKeys.READINESS_DELAY, Defaults.READINESS_DELAY),
                v.or(RoleKeys.DEPLOY_TIMEOUT, Defaults.DEPLOY_TIMEOUT),
                v.or(RoleKeys.DRAIN_TIMEOUT, Defaults.DRAIN_TIMEOUT),
                rollout(v.get(RoleKeys.ROLLOUT)),
                v.or(RoleKeys.RETAIN, Defaults.RETAIN),
                metrics(v.get(RoleKeys.METRICS)),
                Located.values(v.or(DEPENDS_ON, List.of())),
                List.of(),
                List.of(),
                Located.values(v.or(RoleKeys.ON_HOSTS, List.of())),
                v.get(RoleKeys.SCHEDULE));
    }

    static ServiceSpec service(String name, Values root, List<RoleSpec> roles) {
        Values update = root.get(RootKeys.IMAGE_UPDATE);
        return new ServiceSpec(
                name,
                roles,
                release(root.get(RootKeys.RELEASE_COMMAND), roles),
                root.or(RootKeys.HOLD, false),
                update == null ? null : new ImageUpdate(update.or(RootKeys.EVERY, ImageUpdate.EVERY)));
    }

    private static @Nullable ReleaseCommand release(@Nullable Values v, List<RoleSpec> roles) {
        if (v == null) {
            return null;
        }
        return new ReleaseCommand(
                v.or(ReleaseForm.COMMAND, List.of()),
                ReleaseForm.role(v, roles.stream().map(RoleSpec::name).toList()),
                v.or(ReleaseForm.TIMEOUT, ReleaseCommand.TIMEOUT),
                Located.values(v.or(ReleaseForm.ON_HOSTS, List.of())));
    }

    private static ContainerSpec container(String service, Values v, Map<String, Secret> secretEnvironment) {
        return new ContainerSpec(
                process(v, secretEnvironment),
                network(v),
                storage(service, v),
                limits(v),
                v.or(LABELS, Map.of()),
                logging(v.get(LOGGING)),
                // What runs to its end is not started again by Docker.
                v.has(RoleKeys.SCHEDULE) ? v.or(RESTART, new Restart(Restart.Mode.NO, 0)) : v.get(RESTART),
                v.get(PULL_POLICY),
                v.get(PLATFORM),
                privileges(v));
    }

    private static PrivilegeSpec privileges(Values v) {
        return new PrivilegeSpec(
                v.get(PRIVILEGED),
                Located.values(v.or(CAP_ADD, List.of())),
                Located.values(v.or(DEVICES, List.of())),
                v.or(GPUS, List.of()),
                Located.values(v.or(SECURITY_OPT, List.of())),
                v.or(SYSCTLS, Map.of()));
    }

    private static ProcessSpec process(Values v, Map<String, Secret> secretEnvironment) {
        return new ProcessSpec(
                v.get(COMMAND),
                v.get(ENTRYPOINT),
                v.or(ENVIRONMENT, Map.of()),
                secretEnvironment,
                v.get(USER),
                v.get(WORKING_DIR),
                Located.values(v.or(GROUP_ADD, List.of())),
                Located.values(v.or(CAP_DROP, List.of())),
                v.get(INIT),
                v.get(STOP_SIGNAL),
                v.get(STOP_GRACE_PERIOD));
    }

    private static NetworkSpec network(Values v) {
        return new NetworkSpec(
                List.copyOf(v.or(NETWORKS, Map.of()).values()),
                v.get(NETWORK_MODE),
                v.get(HOSTNAME),
                ExtraHostsForm.lines(v.or(EXTRA_HOSTS, Map.of())),
                Located.values(v.or(DNS, List.of())),
                Located.values(v.or(DNS_SEARCH, List.of())),
                v.or(PORTS, List.of()).stream()
                        .flatMap(ports -> ports.value().each().stream())
                        .toList());
    }

    private static StorageSpec storage(String service, Values v) {
        List<Mount> mounts = new ArrayList<>();
        List<ContainerSpec.Tmpfs> tmpfs = new ArrayList<>(Located.values(v.or(TMPFS, List.of())));
        for (Located<Volume> entry : v.or(VOLUMES, List.of())) {
            Volume volume = entry.value();
            if (volume.type() == Volume.Type.TMPFS) {
                tmpfs.add(new ContainerSpec.Tmpfs(volume.target(), volume.tmpfsOptions()));
            } else {
                mounts.add(mount(service, volume));
            }
        }
        return new StorageSpec(mounts, tmpfs, v.get(READ_ONLY), v.get(SHM_SIZE));
    }

    private static Mount mount(String service, Volume volume) {
        String source = volume.source();
        Volume.Propagation propagation = volume.propagation();
        if (source == null) {
            return new Mount.Anonymous(volume.target(), volume.readOnly());
        }
        if (volume.type() == Volume.Type.BIND) {
            return new Mount.Bind(
                    source,
                    volume.target(),
                    volume.readOnly(),
                    volume.createHostPath(),
                    propagation == null ? null : propagation.word());
        }
        return new Mount.Named(
                volume.external() ? source : service + "_" + source,
                volume.target(),
                volume.readOnly(),
                volume.external(),
                volume.exclusive(),
                volume.nocopy());
    }

    private static LimitSpec limits(Values v) {
        Integer pids = v.get(PIDS_LIMIT);
        return new LimitSpec(
                v.get(CPUS),
                v.get(CPU_SHARES),
                v.get(MEM_LIMIT),
                v.get(MEM_RESERVATION),
                v.get(MEMSWAP_LIMIT),
                pids == null ? null : Long.valueOf(pids),
                List.copyOf(v.or(ULIMITS, Map.of()).values()));
    }

    private static @Nullable Logging logging(@Nullable Values v) {
        if (v == null) {
            return null;
        }
        String driver = v.or(DRIVER, Defaults.LOGGING.driver());
        boolean asDefault = driver.equals(Defaults.LOGGING.driver()) && !v.has(OPTIONS);
        return new Logging(driver, asDefault ? Defaults.LOGGING.options() : v.or(OPTIONS, Map.of()));
    }

    private static HealthSpec health(@Nullable Values v) {
        if (v == null) {
            return HealthSpec.UNSET;
        }
        Values tcp = v.get(HealthKeys.TCP);
        Integer tcpPort = tcp == null ? null : tcp.get(HealthKeys.TCP_PORT);
        return new HealthSpec(
                http(v.get(HealthKeys.HTTP)),
                tcpPort == null ? null : new HealthSpec.Tcp(tcpPort),
                v.get(HealthKeys.TEST),
                v.or(HealthKeys.DISABLE, false),
                v.get(HealthKeys.INTERVAL),
                v.get(HealthKeys.TIMEOUT),
                v.get(HealthKeys.RETRIES),
                v.get(HealthKeys.START_PERIOD),
                v.get(HealthKeys.START_INTERVAL),
                v.get(HealthKeys.ON_FAILURE));
    }

    private static HealthSpec.@Nullable Http http(@Nullable Values v) {
        HealthSpec.Http plain = HealthSpec.Http.DEFAULT;
        HealthKeys.Range expect = v == null ? null : v.get(HealthKeys.EXPECT);
        return v == null
                ? null
                : new HealthSpec.Http(
                        v.or(HealthKeys.PATH, plain.path()),
                        v.get(HealthKeys.HTTP_PORT),
                        v.get(HealthKeys.HOST),
                        v.or(HealthKeys.HEADERS, Map.of()),
                        expect == null ? plain.expectFrom() : expect.from(),
                        expect == null ? plain.expectTo() : expect.to());
    }

    private static RolloutSpec rollout(@Nullable Values v) {
        RolloutSpec plain = RolloutSpec.DEFAULT;
        return v == null
                ? plain
                : new RolloutSpec(
                        v.get(RoleKeys.ORDER),
                        v.or(RoleKeys.PARALLELISM, plain.parallelism()),
                        v.or(RoleKeys.MONITOR, plain.monitor()),
                        v.or(RoleKeys.ON_FAILURE, plain.onFailure()));
    }

    private static @Nullable MetricsSpec metrics(@Nullable Values v) {
        Integer port = v == null ? null : v.get(RoleKeys.METRICS_PORT);
        return v == null || port == null ? null : new MetricsSpec(port, v.or(RoleKeys.METRICS_PATH, "/metrics"));
    }
}
