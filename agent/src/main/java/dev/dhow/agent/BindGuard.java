package dev.dhow.agent;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.mounts.HostPathCheck;
import dev.dhow.agent.policy.Denial;
import dev.dhow.agent.policy.PolicyCheck;
import dev.dhow.agent.policy.RealPaths;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The policy for paths of the host, once more for each container: whoever may write a directory can put a link where
/// nothing was when the file was read.
final class BindGuard implements HostPathCheck {
    private final AgentConfig config;

    BindGuard(AgentConfig config) {
        this.config = config;
    }

    @Override
    public Map<String, String> leading(ContainerRequest request) throws RuntimeFailure {
        // Each is resolved once: what is judged is what Docker gets.
        Map<String, String> real = new HashMap<>();
        RealPaths once = path -> {
            String known = real.get(path);
            return known == null ? remembered(real, path) : known;
        };
        List<Denial> denials = PolicyCheck.binds(
                request.owner().service(), request.role(), config.policy(), ServiceReader.host(config, once));
        if (!denials.isEmpty()) {
            throw new RuntimeFailure(
                    Kind.INVALID,
                    "%s is not made: %s"
                            .formatted(
                                    request.name(),
                                    denials.stream().map(Denial::message).collect(Collectors.joining("; "))));
        }
        return real;
    }

    private static String remembered(Map<String, String> real, String path) throws IOException {
        String found = RealPath.of(path);
        real.put(path, found);
        return found;
    }
}
