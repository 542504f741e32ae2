package dev.dhow.agent.state;

import dev.dhow.api.spec.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whose a container is and what made it: the identity that lives in its labels.
///
/// @param host the agent that owns it; an agent acts on its own only
/// @param replica 1 and up
/// @param revision the revision that created it
/// @param spec the spec hash it was made from
/// @param image the image reference as written
/// @param key which key its secret values were hashed with; null: it has none
/// @param task what it is made to do once, such as [#RELEASE]; null: it is one of its role's replicas
public record Owner(
        String host,
        String service,
        String role,
        int replica,
        String revision,
        String spec,
        String image,
        @Nullable String key,
        @Nullable String task) {
    /// The task of a revision's release command.
    public static final String RELEASE = "release";
    /// The task of one run of a role with a schedule.
    public static final String RUN = "run";
    /// The prefix of every label of ours.
    public static final String PREFIX = "dev.dhow.";
    /// The label that names the owning agent, also on networks and volumes.
    public static final String HOST = PREFIX + "host";
    /// The label that names the service, also on volumes.
    public static final String SERVICE = PREFIX + "service";

    private static final String ROLE = PREFIX + "role";
    private static final String REPLICA = PREFIX + "replica";
    private static final String REVISION = PREFIX + "revision";
    private static final String SPEC = PREFIX + "spec";
    private static final String IMAGE = PREFIX + "image";
    private static final String KEY = PREFIX + "key";
    private static final String TASK = PREFIX + "task";

    /// That of a replica.
    public Owner(
            String host,
            String service,
            String role,
            int replica,
            String revision,
            String spec,
            String image,
            @Nullable String key) {
        this(host, service, role, replica, revision, spec, image, key, null);
    }

    /// Reads the labels of a container; empty where they are not those of a container of ours.
    public static Optional<Owner> parse(Map<String, String> labels) {
        String host = labels.get(HOST);
        String service = labels.get(SERVICE);
        String role = labels.get(ROLE);
        String replica = labels.get(REPLICA);
        if (host == null || service == null || role == null || replica == null || !replica.matches("[1-9]\\d{0,5}")) {
            return Optional.empty();
        }
        if (!Names.valid(service) || !Names.valid(role)) {
            // This agent never made it: what it is called could stand for no file, path or step of ours.
            return Optional.empty();
        }
        return Optional.of(new Owner(
                host,
                service,
                role,
                Integer.parseInt(replica),
                labels.getOrDefault(REVISION, ""),
                labels.getOrDefault(SPEC, ""),
                labels.getOrDefault(IMAGE, ""),
                labels.get(KEY),
                labels.get(TASK)));
    }

    /// The labels that say this.
    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(HOST, host);
        labels.put(SERVICE, service);
        labels.put(ROLE, role);
        labels.put(REPLICA, Integer.toString(replica));
        labels.put(REVISION, revision);
        labels.put(SPEC, spec);
        labels.put(IMAGE, image);
        if (key != null) {
            labels.put(KEY, key);
        }
        if (task != null) {
            labels.put(TASK, task);
        }
        return labels;
    }
}
