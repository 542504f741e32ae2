package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.Defaults;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads what `inspect` says of containers and images. Pure.
final class InspectParser {
    /// Docker's own default for `--health-retries`.
    private static final int DOCKER_RETRIES = 3;

    /// Docker's own default for `--stop-timeout`.
    static final Duration DOCKER_STOP_GRACE = Duration.ofSeconds(10);

    private static final int OUTPUT_LIMIT = 500;

    private InspectParser() {}

    /// Empty: its labels are not those of a container of ours.
    static Optional<ObservedContainer> container(JsonNode inspect) {
        Map<String, String> labels = new HashMap<>();
        inspect.path("Config")
                .path("Labels")
                .properties()
                .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
        return Owner.parse(labels).map(owner -> container(inspect, owner));
    }

    private static ObservedContainer container(JsonNode inspect, Owner owner) {
        JsonNode state = inspect.path("State");
        RunState run = runState(state.path("Status").asText());
        return new ObservedContainer(
                inspect.path("Id").asText(),
                withoutSlash(inspect.path("Name").asText()),
                owner,
                inspect.path("Image").asText(),
                run,
                health(state.path("Health"), inspect.path("Config").path("Healthcheck")),
                time(state.path("StartedAt")),
                time(state.path("FinishedAt")),
                exitCode(state, run),
                state.path("OOMKilled").asBoolean(),
                state.path("Error").asText(""),
                inspect.path("RestartCount").asInt(),
                restart(inspect.path("HostConfig").path("RestartPolicy")),
                addresses(inspect, run),
                hostPorts(inspect.path("HostConfig").path("PortBindings")),
                stopGrace(inspect.path("Config").path("StopTimeout")));
    }

    /// Of what runs Docker says 0, however it had ended before.
    private static int exitCode(JsonNode state, RunState run) {
        boolean again = run == RunState.RUNNING && time(state.path("FinishedAt")) != null;
        return again ? ObservedContainer.FORGOTTEN : state.path("ExitCode").asInt();
    }

    static String withoutSlash(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }

    static RunState runState(String word) {
        for (RunState state : RunState.values()) {
            if (state.label().equals(word)) {
                return state;
            }
        }
        // A word of a later Engine: the process is neither known to run nor known to have ended.
        return RunState.UNKNOWN;
    }

    /// Docker writes the year 1 for never.
    private static @Nullable Instant time(JsonNode node) {
        String text = node.asText("");
        if (text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable DockerHealth health(JsonNode health, JsonNode config) {
        String word = health.path("Status").asText("none");
        if (word.equals("none") || word.isEmpty()) {
            return null;
        }
        JsonNode log = health.path("Log");
        JsonNode last = log.path(log.size() - 1);
        return new DockerHealth(
                status(word),
                health.path("FailingStreak").asInt(),
                time(last.path("End")),
                last.has("ExitCode") ? last.path("ExitCode").asInt() : null,
                start(last.path("Output").asText("")),
                timing(config.path("Interval"), Defaults.DOCKER_CHECK_INTERVAL),
                timing(config.path("Timeout"), Defaults.DOCKER_CHECK_INTERVAL),
                timing(config.path("StartPeriod"), Duration.ZERO),
                config.path("Retries").asInt() > 0 ? config.path("Retries").asInt() : DOCKER_RETRIES);
    }

    private static DockerHealth.Status status(String word) {
        return switch (word) {
            case "healthy" -> DockerHealth.Status.HEALTHY;
            case "unhealthy" -> DockerHealth.Status.UNHEALTHY;
            default -> DockerHealth.Status.STARTING;
        };
    }

    private static String start(String output) {
        return output.length() <= OUTPUT_LIMIT ? output : output.substring(0, OUTPUT_LIMIT);
    }

    private static Duration timing(JsonNode nanos, Duration otherwise) {
        return nanos.asLong() > 0 ? Duration.ofNanos(nanos.asLong()) : otherwise;
    }

    /// Docker reads less than nothing as for ever, which nobody here waits for.
    private static Duration stopGrace(JsonNode seconds) {
        long given = seconds.asLong(-1);
        return given < 0 ? DOCKER_STOP_GRACE : Duration.ofSeconds(given);
    }

    private static Restart restart(JsonNode policy) {
        return switch (policy.path("Name").asText("")) {
            case "always" -> new Restart(Restart.Mode.ALWAYS, 0);
            case "unless-stopped" -> new Restart(Restart.Mode.UNLESS_STOPPED, 0);
            case "on-failure" ->
                new Restart(
                        Restart.Mode.ON_FAILURE,
                        policy.path("MaximumRetryCount").asInt());
            default -> new Restart(Restart.Mode.NO, 0);
        };
    }

    private static Map<String, String> addresses(JsonNode inspect, RunState run) {
        boolean up = switch (run) {
            case RUNNING, PAUSED, UNKNOWN -> true;
            case CREATED, RESTARTING, REMOVING, EXITED, DEAD -> false;
        };
        if (!up) {
            return Map.of();
        }
        Map<String, String> addresses = new HashMap<>();
        inspect.path("NetworkSettings").path("Networks").properties().forEach(network -> {
            String v4 = network.getValue().path("IPAddress").asText("");
            String address =
                    v4.isEmpty() ? network.getValue().path("GlobalIPv6Address").asText("") : v4;
            if (network.getKey().equals("host")) {
                addresses.put("host", "127.0.0.1");
            } else if (!address.isEmpty()) {
                addresses.put(network.getKey(), address);
            }
        });
        return addresses;
    }

    /// `{"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]}`; a port that Docker picks is no claim.
    private static Set<String> hostPorts(JsonNode bindings) {
        Set<String> ports = new HashSet<>();
        bindings.properties().forEach(binding -> {
            String protocol = binding.getKey().substring(binding.getKey().indexOf('/') + 1);
            binding.getValue().forEach(each -> {
                String ip = each.path("HostIp").asText("");
                String port = each.path("HostPort").asText("");
                if (!port.isEmpty() && !port.equals("0")) {
                    ports.add("%s:%s/%s".formatted(ip.isEmpty() ? "0.0.0.0" : ip, port, protocol));
                }
            });
        });
        return ports;
    }

    static ImageFacts image(JsonNode inspect) {
        List<String> digests = new ArrayList<>();
        inspect.path("RepoDigests").forEach(digest -> digests.add(digest.asText()));
        JsonNode config = inspect.path("Config");
        String test = config.path("Healthcheck").path("Test").path(0).asText("NONE");
        List<Integer> tcpPorts = new ArrayList<>();
        config.path("ExposedPorts").properties().forEach(port -> {
            String[] parts = port.getKey().toLowerCase(Locale.ROOT).split("/");
            if (parts[0].matches("\\d{1,5}") && (parts.length == 1 || parts[1].equals("tcp"))) {
                tcpPorts.add(Integer.parseInt(parts[0]));
            }
        });
        tcpPorts.sort(null);
        return new ImageFacts(inspect.path("Id").asText(), digests, !test.isEmpty() && !test.equals("NONE"), tcpPorts);
    }
}
