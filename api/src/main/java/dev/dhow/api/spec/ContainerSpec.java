package dev.dhow.api.spec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The container keys of a role: Compose's names and meaning, in groups. A null is "not written".
///
/// @param labels the user's own; ours are added when the container is made
/// @param platform such as `linux/arm64`
public record ContainerSpec(
        ProcessSpec process,
        NetworkSpec network,
        StorageSpec storage,
        LimitSpec limits,
        Map<String, String> labels,
        @Nullable Logging logging,
        @Nullable Restart restart,
        @Nullable PullPolicy pullPolicy,
        @Nullable String platform,
        PrivilegeSpec privileges) {
    /// A role that says nothing but its image.
    public static final ContainerSpec EMPTY = new ContainerSpec(
            ProcessSpec.EMPTY, NetworkSpec.EMPTY, StorageSpec.EMPTY, LimitSpec.EMPTY, Map.of(), null, null, null, null);

    /// Copies the map.
    public ContainerSpec {
        labels = Map.copyOf(labels);
    }

    /// One without privileges.
    public ContainerSpec(
            ProcessSpec process,
            NetworkSpec network,
            StorageSpec storage,
            LimitSpec limits,
            Map<String, String> labels,
            @Nullable Logging logging,
            @Nullable Restart restart,
            @Nullable PullPolicy pullPolicy,
            @Nullable String platform) {
        this(process, network, storage, limits, labels, logging, restart, pullPolicy, platform, PrivilegeSpec.EMPTY);
    }

    /// The same with other privileges.
    public ContainerSpec with(PrivilegeSpec others) {
        return new ContainerSpec(
                process, network, storage, limits, labels, logging, restart, pullPolicy, platform, others);
    }

    /// What runs in the container, as whom, and how it is stopped.
    ///
    /// @param command null: the image's
    /// @param entrypoint null: the image's; empty: none
    /// @param environment values written in the file
    /// @param secretEnvironment values from `env_file`, shown nowhere; those of `environment` win over them
    /// @param stopGracePeriod between the stop signal and the kill
    public record ProcessSpec(
            @Nullable List<String> command,
            @Nullable List<String> entrypoint,
            Map<String, String> environment,
            Map<String, Secret> secretEnvironment,
            @Nullable String user,
            @Nullable String workingDir,
            List<String> groupAdd,
            List<String> capDrop,
            @Nullable Boolean init,
            @Nullable String stopSignal,
            @Nullable Duration stopGracePeriod) {
        /// Nothing written.
        public static final ProcessSpec EMPTY =
                new ProcessSpec(null, null, Map.of(), Map.of(), null, null, List.of(), List.of(), null, null, null);

        /// Copies the collections.
        public ProcessSpec {
            command = command == null ? null : List.copyOf(command);
            entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
            environment = Map.copyOf(environment);
            secretEnvironment = Map.copyOf(secretEnvironment);
            groupAdd = List.copyOf(groupAdd);
            capDrop = List.copyOf(capDrop);
        }
    }

    /// How the container is reached and what it reaches.
    ///
    /// @param networks none: the network `dhow`, unless `mode` says otherwise
    /// @param mode `host`, `none`, `bridge` or null
    /// @param extraHosts `name:address` lines
    public record NetworkSpec(
            List<Attachment> networks,
            @Nullable String mode,
            @Nullable String hostname,
            List<String> extraHosts,
            List<String> dns,
            List<String> dnsSearch,
            List<Port> ports) {
        /// Nothing written.
        public static final NetworkSpec EMPTY =
                new NetworkSpec(List.of(), null, null, List.of(), List.of(), List.of(), List.of());

        /// Copies the lists.
        public NetworkSpec {
            networks = List.copyOf(networks);
            extraHosts = List.copyOf(extraHosts);
            dns = List.copyOf(dns);
            dnsSearch = List.copyOf(dnsSearch);
            ports = List.copyOf(ports);
        }
    }

    /// A network by its literal name.
    public record Attachment(
            String name,
            List<String> aliases,
            @Nullable String ipv4Address,
            @Nullable String ipv6Address) {
        /// Copies the list.
        public Attachment {
            aliases = List.copyOf(aliases);
        }
    }

    /// A published port.
    ///
    /// @param hostIp the host's address, always written
    /// @param hostPort null: Docker picks one
    /// @param protocol `tcp`, `udp` or `sctp`
    public record Port(String hostIp, @Nullable Integer hostPort, int containerPort, String protocol) {}

    /// What the container writes to and keeps.
    ///
    /// @param readOnly the root file system
    /// @param shmSize in bytes
    public record StorageSpec(
            List<Mount> volumes,
            List<Tmpfs> tmpfs,
            @Nullable Boolean readOnly,
            @Nullable Long shmSize) {
        /// Nothing written.
        public static final StorageSpec EMPTY = new StorageSpec(List.of(), List.of(), null, null);

        /// Copies the lists.
        public StorageSpec {
            volumes = List.copyOf(volumes);
            tmpfs = List.copyOf(tmpfs);
        }
    }

    /// One entry of `volumes`.
    public sealed interface Mount {
        /// The absolute path in the container.
        String target();

        /// Whether the container may only read.
        boolean readOnly();

        /// A directory or file of the host.
        ///
        /// @param createHostPath make the directory when it is missing, as Docker's short form does
        /// @param propagation such as `rslave`, or null
        record Bind(
                String source,
                String target,
                boolean readOnly,
                boolean createHostPath,
                @Nullable String propagation) implements Mount {}

        /// A Docker volume.
        ///
        /// @param name as Docker knows it: `SERVICE_name`, or the literal name of an external one
        /// @param external it must exist and is not ours
        /// @param exclusive two containers must not have it at once
        /// @param nocopy do not fill it from the image
        record Named(String name, String target, boolean readOnly, boolean external, boolean exclusive, boolean nocopy)
                implements Mount {}

        /// A volume without a name, that lives as long as its container.
        record Anonymous(String target, boolean readOnly) implements Mount {}
    }

    /// A file system in memory.
    ///
    /// @param options as `mount` takes them, `size=64m,mode=1777`; empty: Docker's
    public record Tmpfs(String target, String options) {}

    /// Limits of the container. Memory in bytes, CPUs in billionths of one.
    ///
    /// @param memswapLimit memory and swap together; -1: no limit of swap
    /// @param pidsLimit -1: none
    public record LimitSpec(
            @Nullable Long nanoCpus,
            @Nullable Integer cpuShares,
            @Nullable Long memLimit,
            @Nullable Long memReservation,
            @Nullable Long memswapLimit,
            @Nullable Long pidsLimit,
            List<Ulimit> ulimits) {
        /// Nothing written.
        public static final LimitSpec EMPTY = new LimitSpec(null, null, null, null, null, null, List.of());

        /// Copies the list.
        public LimitSpec {
            ulimits = List.copyOf(ulimits);
        }
    }

    /// One resource limit, as `setrlimit` knows it.
    public record Ulimit(String name, long soft, long hard) {}

    /// Docker's log driver and its options.
    public record Logging(String driver, Map<String, String> options) {
        /// Copies the map.
        public Logging {
            options = Map.copyOf(options);
        }
    }

    /// Docker's restart policy.
    ///
    /// @param maxRetries with `ON_FAILURE` only; 0: no limit
    public record Restart(Mode mode, int maxRetries) {
        /// The policies that Docker knows.
        public enum Mode {
            /// Never.
            NO,
            /// After an exit code other than 0.
            ON_FAILURE,
            /// Always.
            ALWAYS,
            /// Always, unless somebody stopped it.
            UNLESS_STOPPED
        }

        /// Whether Docker keeps the process up, so that only somebody's hand or the Engine's own end leaves it down.
        public boolean keptUp() {
            return switch (mode) {
                case ALWAYS, UNLESS_STOPPED -> true;
                case NO, ON_FAILURE -> false;
            };
        }
    }

    /// When an image is pulled.
    public enum PullPolicy {
        /// When a container is to be made and the image is not on this host.
        MISSING,
        /// Whenever a new revision is to be made.
        ALWAYS,
        /// Never; it must be there.
        NEVER
    }
}
