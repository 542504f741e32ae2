package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.Tmpfs;
import dev.dhow.api.spec.ContainerSpec.Ulimit;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.PrivilegeSpec.Device;
import dev.dhow.api.spec.PrivilegeSpec.Gpu;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The container keys of a role: Compose's names and meaning.
final class ContainerKeys {
    private static final Form<List<Located<String>>> TEXTS = Forms.list(Forms.TEXT);

    static final Key<String> IMAGE =
            Key.role("image", ContainerForms.IMAGE, "The image: a tag or a digest. Required for every role.");
    static final Key<List<String>> COMMAND =
            Key.role("command", CommandForm.COMMAND, "What runs instead of the image's command.");
    static final Key<List<String>> ENTRYPOINT =
            Key.role("entrypoint", CommandForm.COMMAND, "What runs instead of the image's entrypoint.");
    static final Key<Map<String, String>> ENVIRONMENT =
            Key.role("environment", Assignments.ENVIRONMENT, "Environment variables. Values are literal, `$` too.");
    static final Key<List<Located<EnvFileForm.EnvFile>>> ENV_FILE = Key.role(
            "env_file",
            Forms.listOrOne(EnvFileForm.ENV_FILE),
            "Files of `NAME=value` lines on this host, whose values are treated as secrets; `environment` wins.");
    static final Key<String> USER = Key.role("user", Forms.TEXT, "The user, and `:group`, that the process runs as.");
    static final Key<String> WORKING_DIR = Key.role("working_dir", Forms.ABSOLUTE_PATH, "Where the process starts.");
    static final Key<String> HOSTNAME = Key.role("hostname", Addresses.HOST_NAME, "The container's own host name.");
    static final Key<Map<String, String>> LABELS =
            Key.role("labels", Assignments.LABELS, "Labels of the container; not `dev.dhow.*`.");
    static final Key<List<Located<Volume>>> VOLUMES = Key.role(
            "volumes",
            Forms.list(VolumeForm.VOLUME),
            "Volumes and paths of the host. A volume `data` is the Docker volume `SERVICE_data`.");
    static final Key<List<Located<Tmpfs>>> TMPFS =
            Key.role("tmpfs", Forms.listOrOne(ContainerForms.TMPFS), "File systems in memory.");
    static final Key<List<Located<PortForm.Ports>>> PORTS = Key.role(
            "ports", Forms.list(PortForm.PORTS), "Ports published on an address of the host, which is always written.");
    static final Key<Map<String, Attachment>> NETWORKS = Key.role(
                    "networks", NetworksForm.NETWORKS, "Docker networks by their own names, made when missing.")
            .orWords("`dhow`");
    static final Key<String> NETWORK_MODE =
            Key.role("network_mode", ContainerForms.NETWORK_MODE, "Instead of networks.");
    static final Key<Map<String, List<String>>> EXTRA_HOSTS =
            Key.role("extra_hosts", ExtraHostsForm.EXTRA_HOSTS, "Lines for the container's `/etc/hosts`.");
    static final Key<List<Located<String>>> DNS = Key.role("dns", Forms.listOrOne(Addresses.IP), "Name servers.");
    static final Key<List<Located<String>>> DNS_SEARCH =
            Key.role("dns_search", Forms.listOrOne(Forms.TEXT), "Domains that short names are looked up in.");
    static final Key<Boolean> INIT =
            Key.role("init", Forms.BOOL, "Run an init process that reaps children and passes signals on.");
    static final Key<Boolean> READ_ONLY =
            Key.role("read_only", Forms.BOOL, "The container's root file system is read only.");
    static final Key<Boolean> PRIVILEGED =
            Key.role("privileged", Forms.BOOL, "All capabilities and devices. The agent's policy must allow it.");
    static final Key<List<Located<String>>> CAP_ADD = Key.role(
            "cap_add",
            Forms.list(PrivilegeForms.CAPABILITY),
            "Capabilities to add. The agent's policy must allow what Docker does not give to every container.");
    static final Key<List<Located<String>>> CAP_DROP =
            Key.role("cap_drop", Forms.list(ContainerForms.CAPABILITY), "Capabilities to take away.");
    static final Key<List<Located<String>>> SECURITY_OPT = Key.role(
            "security_opt",
            Forms.list(PrivilegeForms.SECURITY_OPT),
            "Options of the kernel's security modules. The agent's policy must allow what weakens them.");
    static final Key<List<Located<Device>>> DEVICES = Key.role(
            "devices", Forms.list(DeviceForm.DEVICE), "Devices of the host. The agent's policy must allow them.");
    static final Key<List<Gpu>> GPUS =
            Key.role("gpus", GpusForm.GPUS, "GPUs of the host. The agent's policy must allow them.");
    static final Key<List<Located<String>>> GROUP_ADD = Key.role("group_add", TEXTS, "Further groups of the process.");
    static final Key<Map<String, Ulimit>> ULIMITS =
            Key.role("ulimits", UlimitForm.ULIMITS, "Resource limits of the process.");
    static final Key<Map<String, String>> SYSCTLS = Key.role(
            "sysctls",
            Assignments.SYSCTLS,
            "Kernel parameters of the container. The agent's policy must allow those that are the host's too.");
    static final Key<Long> SHM_SIZE = Key.role("shm_size", Quantities.SIZE, "Size of `/dev/shm`.");
    static final Key<Integer> PIDS_LIMIT = Key.role(
            "pids_limit", Forms.integer(-1, Integer.MAX_VALUE), "How many processes and threads; -1: no limit.");
    static final Key<Long> CPUS = Key.role("cpus", Quantities.CPUS, "How many CPUs it may use, such as `0.5`.");
    static final Key<Integer> CPU_SHARES =
            Key.role("cpu_shares", Forms.integer(2, 262_144), "Its weight where CPUs are scarce.");
    static final Key<Long> MEM_LIMIT = Key.role("mem_limit", Quantities.SIZE, "The most memory it may use.");
    static final Key<Long> MEM_RESERVATION =
            Key.role("mem_reservation", Quantities.SIZE, "Memory it is left with where memory is scarce.");
    static final Key<Long> MEMSWAP_LIMIT =
            Key.role("memswap_limit", Quantities.SIZE_OR_UNLIMITED, "Memory and swap together; -1: no limit of swap.");
    static final Key<String> DRIVER =
            Key.inside("driver", Forms.TEXT, "Docker's log driver.").or("json-file");
    static final Key<Map<String, String>> OPTIONS = Key.inside("options", Forms.TEXT_MAP, "The driver's options.");
    static final Key<Values> LOGGING =
            Key.role("logging", new LoggingForm(), "Where the output goes.").or(logging());
    static final Key<String> STOP_SIGNAL = Key.role(
                    "stop_signal", ContainerForms.STOP_SIGNAL, "The signal that asks the process to end.")
            .orWords("the image's, else `SIGTERM`");
    static final Key<Duration> STOP_GRACE_PERIOD = Key.role(
                    "stop_grace_period",
                    Quantities.DURATION,
                    "From the stop signal to the kill, rounded up to whole seconds.")
            .orWords("proxied roles `10s`, others `30s`");
    static final Key<PullPolicy> PULL_POLICY = Key.role(
                    "pull_policy",
                    ContainerForms.PULL_POLICY,
                    "When the image is pulled. With `missing` a local image wins and no registry is asked.")
            .or("missing");
    static final Key<String> PLATFORM =
            Key.role("platform", ContainerForms.PLATFORM, "The image's platform, such as `linux/arm64`.");
    static final Key<Restart> RESTART = Key.role(
                    "restart", ContainerForms.RESTART, "What Docker does when the process ends.")
            .or("unless-stopped");
    static final Key<Values> HEALTHCHECK = Key.role(
                    "healthcheck", HealthKeys.HEALTHCHECK, "How it is known that a container does its work.")
            .orWords("by kind of role");
    static final Key<List<Located<Dependency>>> DEPENDS_ON = Key.role(
                    "depends_on", DependsOnForm.DEPENDS_ON, "Roles that are replaced and ready before this one.")
            .orWords("proxied roles come first");

    /// In the order of the reference and of `render`.
    static final List<Key<?>> ALL = List.of(
            IMAGE,
            COMMAND,
            ENTRYPOINT,
            ENVIRONMENT,
            ENV_FILE,
            USER,
            WORKING_DIR,
            HOSTNAME,
            LABELS,
            VOLUMES,
            TMPFS,
            PORTS,
            NETWORKS,
            NETWORK_MODE,
            EXTRA_HOSTS,
            DNS,
            DNS_SEARCH,
            INIT,
            READ_ONLY,
            PRIVILEGED,
            CAP_ADD,
            CAP_DROP,
            SECURITY_OPT,
            DEVICES,
            GPUS,
            GROUP_ADD,
            ULIMITS,
            SYSCTLS,
            SHM_SIZE,
            PIDS_LIMIT,
            CPUS,
            CPU_SHARES,
            MEM_LIMIT,
            MEM_RESERVATION,
            MEMSWAP_LIMIT,
            LOGGING,
            STOP_SIGNAL,
            STOP_GRACE_PERIOD,
            PULL_POLICY,
            PLATFORM,
            RESTART,
            HEALTHCHECK,
            DEPENDS_ON);

    private ContainerKeys() {}

    private static Map<String, Object> logging() {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("driver", Defaults.LOGGING.driver());
        written.put("options", new TreeMap<>(Defaults.LOGGING.options()));
        return written;
    }

    /// `logging`: options of another driver mean nothing, so a role's own driver replaces the root's
    /// options too.
    private record LoggingForm() implements Form<Values> {
        private static final Section SECTION = Section.of(DRIVER, OPTIONS);

        @Override
        public String words() {
            return SECTION.words();
        }

        @Override
        public @Nullable Values bind(Node node, Scope scope) {
            return SECTION.bind(node, scope);
        }

        @Override
        public Object write(Values value) {
            return SECTION.write(value);
        }

        @Override
        public Values merge(Values base, Values own, boolean bothMaps) {
            boolean other = own.has(DRIVER) && !own.or(DRIVER, "").equals(base.or(DRIVER, "json-file"));
            return other ? own : own.over(base);
        }

        @Override
        public List<Key<?>> keys() {
            return SECTION.keys();
        }
    }
}
