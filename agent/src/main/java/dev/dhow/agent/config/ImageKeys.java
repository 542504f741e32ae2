package dev.dhow.agent.config;

import dev.dhow.agent.state.ImageName;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `registries` and `images` mean.
final class ImageKeys {
    private ImageKeys() {}

    /// What a form alone cannot see: keys that need each other.
    static void check(Values root, Problems problems) {
        Map<String, String> seen = new HashMap<>();
        root.or(ConfigKeys.REGISTRIES, Map.of()).forEach((registry, login) -> {
            String path = ConfigKeys.REGISTRIES.name() + "." + registry;
            needs(login, ConfigKeys.USERNAME, path, problems);
            needs(login, ConfigKeys.PASSWORD_FILE, path, problems);
            String other = seen.put(ImageName.host(registry), registry);
            if (other != null) {
                problems.error(login.place(), path, "the same registry as \"%s\"; keep one of them".formatted(other));
            }
        });
        Values images = root.get(ConfigKeys.IMAGES);
        AgentConfig.Images marks = images(root);
        if (images != null && marks.gcLow() >= marks.gcHigh()) {
            Values.@Nullable Bound<Integer> written = images.bound(ConfigKeys.GC_LOW);
            problems.error(
                    written == null ? images.place() : written.place(),
                    "images.gc_low",
                    "%d is not below gc_high, which is %d; lower it".formatted(marks.gcLow(), marks.gcHigh()));
        }
    }

    private static void needs(Values login, Key<?> key, String path, Problems problems) {
        if (login.lacks(key)) {
            problems.error(login.place(), path, "\"%s\" is missing".formatted(key.name()));
        }
    }

    static Map<String, AgentConfig.Registry> registries(Values root) {
        Map<String, AgentConfig.Registry> registries = new HashMap<>();
        root.or(ConfigKeys.REGISTRIES, Map.of()).forEach((registry, login) -> {
            String username = login.get(ConfigKeys.USERNAME);
            String file = login.get(ConfigKeys.PASSWORD_FILE);
            if (username != null && file != null) {
                registries.put(registry, new AgentConfig.Registry(username, Path.of(file)));
            }
        });
        return registries;
    }

    static AgentConfig.Images images(Values root) {
        AgentConfig.Images plain = AgentConfig.Images.DEFAULT;
        Values images = root.get(ConfigKeys.IMAGES);
        return images == null
                ? plain
                : new AgentConfig.Images(
                        images.or(ConfigKeys.GC_HIGH, plain.gcHigh()), images.or(ConfigKeys.GC_LOW, plain.gcLow()));
    }
}
