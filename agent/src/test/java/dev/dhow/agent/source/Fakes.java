package dev.dhow.agent.source;

import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A tiny language instead of YAML, so that these tests depend on no parser: `image=1 host=a env=file end`.
///
/// A text without its `end` is invalid, as a half-written one is. The content of `env` becomes part of the image.
final class Fakes {
    /// A Docker without containers.
    static final Containers NO_CONTAINERS = new Containers() {
        @Override
        public boolean runs(String service) {
            return false;
        }

        @Override
        public Optional<Set<String>> known() {
            return Optional.of(Set.of());
        }
    };

    private Fakes() {}

    static ServiceSpec spec(String service, String image, String... hosts) {
        ProxySpec proxy = hosts.length == 0 ? null : new ProxySpec(List.of(hosts), false, "/", true, null);
        RoleSpec role = new RoleSpec(
                "web",
                image,
                ContainerSpec.EMPTY,
                1,
                proxy,
                HealthSpec.UNSET,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                RolloutSpec.DEFAULT,
                3,
                null,
                List.of());
        return new ServiceSpec(service, List.of(role));
    }

    static Manifest manifest(String name, String service, byte[] content, Path directory, HostFiles files) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.contains("boom")) {
            throw new IllegalStateException("a bug");
        }
        if (text.isBlank() || text.strip().startsWith("#")) {
            return invalid(name, service, "the file is empty");
        }
        List<String> words = List.of(text.strip().split("\\s+"));
        if (!words.getLast().equals("end")) {
            return invalid(name, service, "no end");
        }
        String image = "none";
        List<String> hosts = new ArrayList<>();
        for (String word : words) {
            String value = word.substring(word.indexOf('=') + 1);
            if (word.startsWith("image=")) {
                image = value;
            } else if (word.startsWith("host=")) {
                hosts.add(value);
            } else if (word.startsWith("env=")) {
                try {
                    image += "+" + new String(files.read(directory.resolve(value)), StandardCharsets.UTF_8);
                } catch (IOException e) {
                    return invalid(name, service, "env: " + e);
                }
            }
        }
        return new Manifest(service, spec(service, image, hosts.toArray(String[]::new)), List.of());
    }

    private static Manifest invalid(String name, String service, String message) {
        return new Manifest(service, null, List.of(Problem.ofFile(name, message)));
    }

    /// Two services with one host.
    static Map<String, List<Problem>> conflicts(Collection<Manifest> manifests, Set<String> holders) {
        List<ServiceSpec> specs =
                manifests.stream().map(Manifest::spec).filter(Objects::nonNull).toList();
        Map<String, List<Problem>> refused = new HashMap<>();
        for (ServiceSpec one : specs) {
            for (ServiceSpec other : specs) {
                Set<String> shared = hosts(one);
                shared.retainAll(hosts(other));
                boolean wins = holders.contains(one.name()) && !holders.contains(other.name());
                if (!one.name().equals(other.name()) && !shared.isEmpty() && !wins) {
                    String message = "%s also claims %s".formatted(other.name(), shared);
                    refused.computeIfAbsent(one.name(), _ -> new ArrayList<>())
                            .add(Problem.ofFile(one.name() + ".yaml", message));
                }
            }
        }
        return refused;
    }

    private static Set<String> hosts(ServiceSpec spec) {
        Set<String> hosts = new HashSet<>();
        for (RoleSpec role : spec.roles()) {
            if (role.proxy() != null) {
                hosts.addAll(role.proxy().hosts());
            }
        }
        return hosts;
    }
}
