package dev.dhow.agent.policy;

import dev.dhow.agent.config.Policy;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.PrivilegeSpec;
import dev.dhow.api.spec.PrivilegeSpec.Device;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Says what a service asks for and may not have. Pure but for the function that it is given.
public final class PolicyCheck {
    private final Policy policy;
    private final HostPaths paths;
    private final String service;
    private final Set<String> allowed;
    private final List<Denial> denials = new ArrayList<>();

    private PolicyCheck(Policy policy, HostPaths paths, String service) {
        this.policy = policy;
        this.paths = paths;
        this.service = service;
        this.allowed = policy.allowed(service);
    }

    /// All that is denied, in the order of the roles.
    ///
    public static List<Denial> of(ServiceSpec spec, Policy policy, Host host) {
        PolicyCheck check = new PolicyCheck(policy, new HostPaths(policy.bindRoots(), host), spec.name());
        spec.roles().forEach(check::role);
        return List.copyOf(check.denials);
    }

    /// What is denied of the paths of the host that one role mounts, by where they lead now.
    public static List<Denial> binds(String service, RoleSpec role, Policy policy, Host host) {
        PolicyCheck check = new PolicyCheck(policy, new HostPaths(policy.bindRoots(), host), service);
        check.binds(role);
        return List.copyOf(check.denials);
    }

    private void role(RoleSpec role) {
        image(role);
        PrivilegeSpec privileges = role.container().privileges();
        if (Boolean.TRUE.equals(privileges.privileged())) {
            unlessAllowed(role, "privileged", -1, "privileged", "privileged: true gives this container the whole host");
        }
        if ("host".equals(role.container().network().mode())) {
            unlessAllowed(
                    role, "network_mode", -1, "network:host", "network_mode: host shares the host's network with it");
        }
        capabilities(role, privileges);
        for (int i = 0; i < privileges.devices().size(); i++) {
            device(role, i, privileges.devices().get(i));
        }
        if (!privileges.gpus().isEmpty()) {
            unlessAllowed(role, "gpus", -1, "gpu", "gpus gives it devices of the host");
        }
        for (int i = 0; i < privileges.securityOpt().size(); i++) {
            String option = privileges.securityOpt().get(i);
            if (!Safe.securityOption(option)) {
                String word = option.startsWith("seccomp={") ? "seccomp=profile" : option;
                unlessAllowed(
                        role, "security_opt", i, "security_opt:" + word, "%s takes protection away".formatted(word));
            }
        }
        sysctls(role, privileges.sysctls());
        binds(role);
    }

    private void capabilities(RoleSpec role, PrivilegeSpec privileges) {
        for (int i = 0; i < privileges.capAdd().size(); i++) {
            String capability = privileges.capAdd().get(i);
            if (!Safe.capability(capability) && !allowed.contains("cap:ALL")) {
                unlessAllowed(
                        role,
                        "cap_add",
                        i,
                        "cap:" + capability,
                        "the capability %s is more than Docker gives to every container".formatted(capability));
            }
        }
    }

    private void device(RoleSpec role, int index, Device device) {
        String path = looked(role, "devices", index, device.host());
        if (path == null) {
            return;
        }
        boolean below = allowed.stream()
                .filter(word -> word.startsWith("device:"))
                .anyMatch(word -> HostPaths.within(path, paths.known(word.substring("device:".length()))));
        if (!below) {
            deny(role, "devices", index, "device:" + path, "%s is a device of the host".formatted(device.host()));
        }
    }

    private void sysctls(RoleSpec role, Map<String, String> sysctls) {
        boolean ownNetwork = !"host".equals(role.container().network().mode());
        new TreeMap<>(sysctls).forEach((name, _) -> {
            if (!Safe.sysctl(name, ownNetwork)) {
                unlessAllowed(
                        role,
                        "sysctls",
                        -1,
                        "sysctl:" + name,
                        "the kernel parameter %s is the host's too".formatted(name));
            }
        });
    }

    private void binds(RoleSpec role) {
        List<Mount> volumes = role.container().storage().volumes();
        for (int i = 0; i < volumes.size(); i++) {
            if (volumes.get(i) instanceof Mount.Bind bind) {
                bind(role, i, bind);
            }
        }
    }

    private void bind(RoleSpec role, int index, Mount.Bind bind) {
        String path = looked(role, "volumes", index, bind.source());
        if (path == null) {
            return;
        }
        if (paths.holdsDockerSocket(path) && !allowed.contains("docker_socket")) {
            deny(
                    role,
                    "volumes",
                    index,
                    "docker_socket",
                    "%s gives it Docker's socket, and so the whole host".formatted(bind.source()));
            return;
        }
        boolean ownRoot = allowed.stream()
                .filter(word -> word.startsWith("bind:"))
                .anyMatch(word -> HostPaths.within(path, paths.known(word.substring("bind:".length()))));
        if (!ownRoot && !paths.inRoots(path) && !paths.isDockerSocket(path)) {
            String shown = path.equals(bind.source()) ? path : "%s, which is %s,".formatted(bind.source(), path);
            deny(
                    role,
                    "volumes",
                    index,
                    "bind:" + path,
                    "%s is outside of bind_roots (%s)".formatted(shown, String.join(", ", policy.bindRoots())));
        } else if (paths.touchesAgent(path)) {
            unlessAllowed(
                    role,
                    "volumes",
                    index,
                    "agent_files",
                    "%s gives it files of the agent itself, such as secrets or its socket".formatted(bind.source()));
        }
    }

    /// Where it leads; null: nobody knows, which is denied, for it could be anywhere.
    private @Nullable String looked(RoleSpec role, String key, int index, String path) {
        try {
            return paths.real(path);
        } catch (IOException e) {
            add(role, key, index, "%s cannot be looked at: %s".formatted(path, e.getMessage()));
            return null;
        }
    }

    private void image(RoleSpec role) {
        ImageName image = ImageName.of(role.image());
        if (!policy.registries().isEmpty() && policy.registries().stream().noneMatch(image::in)) {
            List<String> all = new ArrayList<>(policy.registries());
            all.add(image.host());
            add(
                    role,
                    "image",
                    -1,
                    "images from %s are not allowed by the agent's policy; allow it in agent.yaml and restart the agent: policy: {registries: [%s]}"
                            .formatted(image.host(), String.join(", ", all)));
        }
        if (policy.requireDigest() && !image.digest()) {
            unlessAllowed(
                    role,
                    "image",
                    -1,
                    "tag",
                    "images are named by their digest here (name@sha256:…), for a tag can be moved");
        }
    }

    private void unlessAllowed(RoleSpec role, String key, int index, String word, String what) {
        if (!allowed.contains(word)) {
            deny(role, key, index, word, what);
        }
    }

    private void deny(RoleSpec role, String key, int index, String word, String what) {
        List<String> words = new ArrayList<>(allowed.stream().sorted().toList());
        words.add(word);
        add(
                role,
                key,
                index,
                "%s, which the agent's policy does not allow; allow it in agent.yaml and restart the agent: policy: {allow: {%s: [%s]}}"
                        .formatted(
                                what,
                                service,
                                String.join(
                                        ", ",
                                        words.stream().map(PolicyCheck::quoted).toList())));
    }

    /// A word with a colon or another sign is quoted, so that the line can be copied as it is.
    private static String quoted(String word) {
        return word.matches("[A-Za-z_]+") ? word : "\"" + word + "\"";
    }

    private void add(RoleSpec role, String key, int index, String message) {
        denials.add(new Denial(role.name(), key, index, message));
    }
}
