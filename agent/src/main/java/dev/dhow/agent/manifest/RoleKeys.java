package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HostPattern;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.spec.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// All keys of a role: Dhow's own, and before them the container keys.
final class RoleKeys {
    static final Key<Integer> REPLICAS = Key.role(
                    "replicas", Forms.integer(0, 1000), "How many containers on this host; 0 is allowed.")
            .or(Defaults.REPLICAS);
    static final Key<ProxyKeys.Proxy> PROXY = Key.role(
                    "proxy", ProxyKeys.PROXY, "Whether requests are sent to it, and which.")
            .orWords("role `web`: true, others: false");
    static final Key<List<Located<SecretForm.Entry>>> SECRETS = Key.role(
            "secrets",
            Forms.list(SecretForm.SECRET),
            "Values from the agent's store, as environment variables or mounted files.");
    static final Key<List<Located<FileForm.Entry>>> FILES = Key.role(
            "files",
            Forms.list(FileForm.FILE),
            "Files to put into the container, read only. Their content is part of the configuration.");
    static final Key<List<Located<HostPattern>>> ON_HOSTS = Key.role(
                    "on_hosts",
                    HostsForm.HOSTS,
                    "Run this role only on these hosts: names, `*` allowed, or labels `key=value`.")
            .orWords("every host");
    static final Key<Duration> READINESS_DELAY = Key.role(
                    "readiness_delay",
                    Quantities.DURATION,
                    "How long a process without any check must stay up to be ready.")
            .or(Quantities.text(Defaults.READINESS_DELAY));
    static final Key<Duration> DEPLOY_TIMEOUT = Key.role(
                    "deploy_timeout",
                    Quantities.INTERVAL,
                    "The deadline of a container to become ready, from its own start.")
            .or(Quantities.text(Defaults.DEPLOY_TIMEOUT));
    static final Key<Duration> DRAIN_TIMEOUT = Key.role(
                    "drain_timeout", Quantities.DURATION, "How long an old container may finish its requests.")
            .or(Quantities.text(Defaults.DRAIN_TIMEOUT));

    static final Key<RolloutSpec.Order> ORDER = Key.inside(
                    "order", Forms.choice(RolloutSpec.Order.class, RoleKeys::word), "What comes first.")
            .orWords("`start_first`, unless two containers cannot be there at once");
    static final Key<Integer> PARALLELISM = Key.inside(
                    "parallelism", Forms.integer(1, 1000), "How many containers are replaced at once.")
            .or(RolloutSpec.DEFAULT.parallelism());
    static final Key<Duration> MONITOR = Key.inside(
                    "monitor", Quantities.DURATION, "How long a new version is watched after the last switch.")
            .or(Quantities.text(RolloutSpec.DEFAULT.monitor()));
    static final Key<RolloutSpec.OnFailure> ON_FAILURE = Key.inside(
                    "on_failure",
                    Forms.choice(RolloutSpec.OnFailure.class, RoleKeys::word),
                    "What a failed rollout does.")
            .or("rollback");
    static final Section ROLLOUT_SECTION = Section.of(ORDER, PARALLELISM, MONITOR, ON_FAILURE)
            .knowing(Map.of(
                    "limit", "use \"parallelism\" instead",
                    "wait", "use \"monitor\" instead",
                    "failure_action", "use \"on_failure\" instead",
                    "delay", "leave it out: the next one is replaced when the last one is ready"));
    static final Key<Values> ROLLOUT =
            Key.role("rollout", ROLLOUT_SECTION, "How containers are replaced.").or(Map.of());
    static final Key<Integer> RETAIN = Key.role(
                    "retain",
                    Forms.integer(0, 100),
                    "How many old containers are kept, stopped, for rollback: good ones first.")
            .or(Defaults.RETAIN);
    static final Key<Integer> METRICS_PORT = Key.inside("port", Forms.PORT, "The container's port.");
    static final Key<String> METRICS_PATH =
            Key.inside("path", Forms.ABSOLUTE_PATH, "What is asked for.").or("/metrics");
    static final Key<Values> METRICS = Key.role(
                    "metrics", Section.of(METRICS_PORT, METRICS_PATH), "The role's own metrics, for discovery.")
            .later();
    static final Key<Schedule> SCHEDULE = Key.role(
            "schedule",
            Forms.scalar("five cron fields", RoleKeys::schedule, Schedule::toString),
            "Run to its end at these times, in UTC: minute, hour, day of the month, month, day of the week.");

    private static final List<Key<?>> OWN = List.of(
            REPLICAS,
            PROXY,
            SECRETS,
            FILES,
            ON_HOSTS,
            READINESS_DELAY,
            DEPLOY_TIMEOUT,
            DRAIN_TIMEOUT,
            ROLLOUT,
            RETAIN,
            METRICS,
            SCHEDULE);

    /// In the order of the reference and of `render`.
    static final List<Key<?>> ALL =
            Stream.concat(ContainerKeys.ALL.stream(), OWN.stream()).toList();

    static final Section SECTION = new Section("map", ALL, ForeignWords.IN_ROLE, false);

    private RoleKeys() {}

    private static Read<Schedule> schedule(String text) {
        return switch (Schedule.parse(text)) {
            case Schedule.Parsed.Good(Schedule schedule) -> Read.good(schedule);
            case Schedule.Parsed.Bad(String message) -> Read.bad(message);
        };
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
