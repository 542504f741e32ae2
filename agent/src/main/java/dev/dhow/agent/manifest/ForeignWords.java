package dev.dhow.agent.manifest;

import java.util.HashMap;
import java.util.Map;

/// Words of Kamal and Compose (and of `docker run`) that are not ours, and what to say instead.
final class ForeignWords {
    static final Map<String, String> PROXY = Map.ofEntries(
            Map.entry("ssl", "use \"tls\" instead"),
            Map.entry("assume_ssl", "use \"assume_https\" instead"),
            Map.entry("ssl_redirect", "use \"redirect_https\" instead"),
            Map.entry("host", "use \"hosts\" instead"),
            Map.entry("port", "use \"app_port\" instead"),
            Map.entry("healthcheck", "use the role's \"healthcheck.http\" instead"),
            Map.entry("forward_headers", "use \"proxy.trusted_proxies\" of agent.yaml instead"),
            Map.entry("path_prefixes", "use \"path_prefix\" instead"),
            Map.entry("buffering", "use \"max_request_body\" instead"),
            Map.entry("error_pages_path", "use \"error_pages\" instead"),
            Map.entry("headers", "use \"response_headers\" instead"),
            Map.entry("acme", "use \"tls: {acme: true}\" instead; the account belongs to agent.yaml"),
            Map.entry("trusted_proxies", "write it into \"proxy\" of agent.yaml"),
            Map.entry("proxy_protocol", "write it into \"proxy\" of agent.yaml"),
            Map.entry("logging", "leave it out: the proxy's access log is the agent's"),
            Map.entry("run", "leave it out: the proxy is part of the agent"));

    static final Map<String, String> HEALTH = Map.of(
            "cmd", "use \"test\" instead",
            "command", "use \"test\" instead",
            "path", "use \"http: {path: …}\" instead",
            "port", "use \"http: {port: …}\" or \"tcp: {port: …}\" instead",
            "max_attempts", "use \"retries\" instead",
            "cord", "leave it out");

    private static final Map<String, String> ROLE = Map.ofEntries(
            Map.entry("cmd", "use \"command\" instead"),
            Map.entry("env", "use \"environment\" instead for plain values, and \"secrets\" for secret ones"),
            Map.entry("health-cmd", "use \"healthcheck.test\" instead"),
            Map.entry("health_cmd", "use \"healthcheck.test\" instead"),
            Map.entry("health-interval", "use \"healthcheck.interval\" instead"),
            Map.entry("health-retries", "use \"healthcheck.retries\" instead"),
            Map.entry("health-timeout", "use \"healthcheck.timeout\" instead"),
            Map.entry("health-start-period", "use \"healthcheck.start_period\" instead"),
            Map.entry("ssl", "use \"proxy.tls\" instead"),
            Map.entry("tls", "use \"proxy.tls\" instead"),
            Map.entry("assume_ssl", "use \"proxy.assume_https\" instead"),
            Map.entry("hosts", "use \"proxy.hosts\" for names that requests ask for; each server has its own file"),
            Map.entry("options", "write each option as its own key, with Compose's name"),
            Map.entry("build", "build and push the image elsewhere, then name it with \"image\""),
            Map.entry("builder", "build and push the image elsewhere, then name it with \"image\""),
            Map.entry("deploy", "use \"replicas\", \"rollout\", \"restart\", \"cpus\" and \"mem_limit\" instead"),
            Map.entry("scale", "use \"replicas\" instead"),
            Map.entry("profiles", "use \"on_hosts\", or a file for each kind of host"),
            Map.entry("configs", "use \"files\", or a path in \"volumes\""),
            Map.entry("container_name", "leave it out: names are SERVICE-ROLE-REVISION-N"),
            Map.entry("expose", "leave it out: containers on one network reach every port"),
            Map.entry("links", "leave it out: roles reach each other as ROLE.SERVICE"),
            Map.entry("external_links", "use \"networks\" instead"),
            Map.entry("extends", "use keys at the root, which all roles share, or anchors under \"x-…\""),
            Map.entry("net", "use \"network_mode\" instead"),
            Map.entry("network", "use \"networks\" instead"),
            Map.entry("port", "use \"ports\", or \"proxy.app_port\" for a proxied role"),
            Map.entry("app_port", "use \"proxy.app_port\" instead"),
            Map.entry("volume", "use \"volumes\" instead"),
            Map.entry("volumes_from", "name the volumes with \"volumes\""),
            Map.entry("volume_driver", "create the volume and name it with \"external: true\""),
            Map.entry("memory", "use \"mem_limit\" instead"),
            Map.entry("cpu_quota", "use \"cpus\" instead"),
            Map.entry("cpu_count", "use \"cpus\" instead"),
            Map.entry("cpu_percent", "use \"cpus\" instead"),
            Map.entry("tag", "write the tag into \"image\""),
            Map.entry("healthchecks", "use \"healthcheck\" instead"),
            Map.entry("health", "use \"healthcheck\" instead"),
            Map.entry("log_driver", "use \"logging.driver\" instead"),
            Map.entry("log_opt", "use \"logging.options\" instead"),
            Map.entry("stop_timeout", "use \"stop_grace_period\" instead"),
            Map.entry("restart_policy", "use \"restart\" instead"),
            Map.entry("develop", "leave it out"),
            Map.entry("attach", "leave it out"),
            Map.entry("stdin_open", "not supported: a service has no terminal"),
            Map.entry("tty", "not supported: a service has no terminal"),
            Map.entry(
                    "pid",
                    "not supported: a container sees its own processes only; run what must see the host's with"
                            + " systemd"),
            Map.entry("ipc", "not supported; use \"shm_size\" for more shared memory"),
            Map.entry("uts", "not supported; use \"hostname\" for the container's name"),
            Map.entry(
                    "userns_mode",
                    "not supported; user namespaces are set for all containers, \"userns-remap\" in Docker's"
                            + " daemon.json"),
            Map.entry("domainname", "use \"hostname\" with the full name"),
            Map.entry("mac_address", "leave it out: Docker gives each replica its own"),
            Map.entry(
                    "runtime",
                    "not supported; use \"gpus\" for GPUs, or set \"default-runtime\" in Docker's daemon.json"),
            Map.entry("annotations", "use \"labels\" instead"),
            Map.entry(
                    "cgroup_parent",
                    "not supported; use \"cpus\", \"mem_limit\" and \"pids_limit\", or set \"cgroup-parent\" in"
                            + " Docker's daemon.json"),
            Map.entry("cgroup", "not supported; set \"default-cgroupns-mode\" in Docker's daemon.json"),
            Map.entry(
                    "storage_opt",
                    "not supported; the sizes of containers are limited with \"storage-opts\" in Docker's daemon.json"),
            Map.entry("isolation", "leave it out: only Windows has it"),
            Map.entry(
                    "oom_kill_disable",
                    "not supported: Linux with cgroup v2 has no such switch; use \"mem_limit\" and"
                            + " \"mem_reservation\""),
            Map.entry("oom_score_adj", "not supported; use \"mem_limit\" and \"mem_reservation\""),
            Map.entry("blkio_config", "not supported: nothing here limits how a container uses disks"),
            Map.entry("label_file", "use \"labels\" instead"),
            Map.entry("device_cgroup_rules", "use \"devices\" instead"),
            Map.entry("credential_spec", "leave it out: only Windows has it"),
            Map.entry("models", "not supported; write the model's address into \"environment\""),
            Map.entry("provider", "not supported; create it elsewhere, and write its address into \"environment\""),
            Map.entry("use_api_socket", "mount Docker's socket with \"volumes\"; the agent's policy must allow it"),
            Map.entry("cpuset", "not supported: single CPUs cannot be named; use \"cpus\" for how many it may use"),
            Map.entry("cpu_period", "use \"cpus\" instead"),
            Map.entry("cpu_rt_period", "not supported; use \"cpus\" or \"cpu_shares\""),
            Map.entry("cpu_rt_runtime", "not supported; use \"cpus\" or \"cpu_shares\""),
            Map.entry("dns_opt", "not supported; set \"dns-opts\" in Docker's daemon.json"),
            Map.entry("mem_swappiness", "use \"memswap_limit\"; the same as \"mem_limit\" means no swap"),
            Map.entry("pull_refresh_after", "use \"image_update\" at the root of the file"),
            Map.entry("pre_start", "not supported; use \"release_command\", or let the image's entrypoint do it"),
            Map.entry("post_start", "not supported; let the image's entrypoint do it"),
            Map.entry("pre_stop", "not supported; use \"stop_signal\" and \"stop_grace_period\""));

    /// Words at the root of a file.
    static final Map<String, String> ROOT = root();

    /// Words in a role; keys of the root are told apart.
    static final Map<String, String> IN_ROLE = inRole();

    private ForeignWords() {}

    private static Map<String, String> root() {
        Map<String, String> words = new HashMap<>(ROLE);
        words.put("servers", "use \"roles\" instead");
        words.put(
                "services", "write one file for each service, with \"service: NAME\" and its containers as \"roles\"");
        words.put("name", "use \"service\" instead");
        words.put("role", "use \"roles\" instead");
        words.put("accessories", "write one file for each of them; a database is a service too");
        words.put("registry", "registries belong to agent.yaml");
        words.put("ssh", "leave it out: nothing has to reach this server");
        words.put("boot", "use \"rollout\" instead");
        words.put("retain_containers", "use \"retain\" instead");
        words.put("error_pages_path", "use \"proxy.error_pages\" instead");
        words.put("asset_path", "not supported; serve assets from the image");
        words.put("aliases", "leave it out");
        words.put("include", "write one file for each service");
        words.put("hooks_path", "not supported; use \"release_command\"");
        return Map.copyOf(words);
    }

    private static Map<String, String> inRole() {
        Map<String, String> words = new HashMap<>(ROLE);
        for (String key : new String[] {"version", "service", "roles", "release_command", "hold", "image_update"}) {
            words.put(key, "only at the root of the file");
        }
        return Map.copyOf(words);
    }
}
