package dev.dhow.agent.health;

import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is remembered of one container: its sighting, its counters, its probes. Guarded by itself; nothing is called
/// outwards while it is held, except that loops are started and stopped, which never waits.
final class Watched {
    private final Ticker ticker;
    private final Starter starter;
    private final Map<Check.Probe, ProbeCounter> counters = new HashMap<>();
    private final Map<Check.Probe, Running> running = new HashMap<>();
    private Facts facts;
    private @Nullable Verdict told;
    private boolean proving;
    private boolean ended;

    /// Starts a loop for a probe of a container.
    @FunctionalInterface
    interface Starter {
        Loop start(Watched watched, Check.Probe check);
    }

    /// A probe that is sent again and again.
    @FunctionalInterface
    interface Loop {
        /// Ends it; it may be heard of once more.
        void stop();
    }

    /// A change from one verdict to another that somebody should act on; null: none.
    record Change(ObservedContainer container, Verdict before, Verdict after) {}

    /// One loop and the probe it sends, with the pace that the file has now.
    private record Running(Loop loop, Check.Probe check) {}

    /// @param begun since when the agent watches, by the wall clock
    Watched(ObservedContainer container, Instant begun, Ticker ticker, Starter starter) {
        this.ticker = ticker;
        this.starter = starter;
        Duration now = ticker.now();
        Sighting sighting = Sighting.first(container, begun, now, ticker.wall());
        this.facts = new Facts(
                container, List.of(), Defaults.DEPLOY_TIMEOUT, sighting, Map.of(), Duration.ZERO, now, ticker.wall());
    }

    /// Takes an observation in.
    ///
    /// @param role null: no file names it
    /// @param reading what shows the container
    /// @param decides whether a rollout decides by it
    synchronized @Nullable Change observe(
            @Nullable RoleSpec role, ObservedContainer container, Observed reading, boolean decides) {
        proving = decides;
        ImageFacts image = reading.images().get(container.imageId());
        List<Check> checks = role == null ? Checks.ofUnknownRole() : Checks.of(role, container, image);
        Sighting sighting = facts.sighting().next(container, ticker.now(), ticker.wall());
        if (!Objects.equals(sighting.startedAt(), facts.sighting().startedAt())) {
            stopAll();
            counters.clear();
        }
        var deployTimeout = role == null ? Defaults.DEPLOY_TIMEOUT : role.deployTimeout();
        var deadline = Deadline.of(deployTimeout, checks, container.health());
        facts = new Facts(
                container,
                checks,
                deadline,
                sighting,
                counters,
                reading.readAt(container),
                ticker.now(),
                ticker.wall());
        List<Check.Probe> wanted = ended || !container.running() ? List.of() : probes(checks);
        adapt(wanted);
        return judge();
    }

    /// The verdict of now.
    synchronized Verdict verdict() {
        return told().orElse(Verdict.NOT_CHECKED);
    }

    /// The last verdict; empty: there is none yet.
    synchronized Optional<Verdict> told() {
        return Optional.ofNullable(told);
    }

    /// What a loop is to send next.
    synchronized ProbeLoop.Turn turn(Check.Probe key, Check.Probe otherwise) {
        Running runs = running.get(key);
        ProbeCounter counter = counters.getOrDefault(key, ProbeCounter.begin(false));
        Sighting sighting = facts.sighting();
        boolean past = sighting.age(ticker.now()).compareTo(facts.deadline()) >= 0;
        boolean old = counter.sent() == 0 && sighting.ageThen().compareTo(facts.deadline()) >= 0;
        return new ProbeLoop.Turn(
                runs == null ? otherwise : runs.check(),
                counter.sent(),
                past || sighting.everReady() || counter.passed(),
                proving,
                old);
    }

    /// Takes the end of a probe in.
    ///
    /// @param sample null: it could not be sent
    synchronized @Nullable Change ended(Loop loop, Check.Probe key, @Nullable Sample sample) {
        Running runs = running.get(key);
        ProbeCounter counter = counters.get(key);
        if (runs == null || !runs.loop().equals(loop) || counter == null) {
            return null;
        }
        facts = atNow();
        boolean counts = facts.sighting().everReady() || facts.pastDeadline();
        counters.put(key, sample == null ? counter.withLost() : counter.with(sample.result(), counts));
        facts = atNow();
        return judge();
    }

    /// The container's labels name these.
    synchronized ObservedContainer container() {
        return facts.container();
    }

    /// Ends its probes for good.
    synchronized void end() {
        ended = true;
        stopAll();
    }

    private void adapt(List<Check.Probe> wanted) {
        Set<Check.Probe> keys = new HashSet<>();
        for (Check.Probe check : wanted) {
            Check.Probe key = check.key();
            keys.add(key);
            counters.computeIfAbsent(
                    key, _ -> ProbeCounter.begin(facts.sighting().known() && !facts.pastDeadline()));
            Running runs = running.get(key);
            if (runs == null) {
                running.put(key, new Running(starter.start(this, check), check));
            } else if (!runs.check().equals(check)) {
                running.put(key, new Running(runs.loop(), check));
            }
        }
        running.entrySet().removeIf(entry -> {
            boolean gone = !keys.contains(entry.getKey());
            if (gone) {
                entry.getValue().loop().stop();
            }
            return gone;
        });
        if (!wanted.isEmpty()) {
            counters.keySet().retainAll(keys);
        }
        facts = atNow();
    }

    private @Nullable Change judge() {
        Verdict verdict = Judge.judge(facts);
        if (verdict.ready()) {
            facts = new Facts(
                    facts.container(),
                    facts.checks(),
                    facts.deadline(),
                    facts.sighting().ready(),
                    facts.counters(),
                    facts.readAt(),
                    facts.now(),
                    facts.wall());
        }
        Verdict before = told;
        told = verdict;
        boolean same = before != null
                && before.health() == verdict.health()
                && before.failed() == verdict.failed()
                && before.wantsRestart() == verdict.wantsRestart();
        return before == null || same ? null : new Change(facts.container(), before, verdict);
    }

    private Facts atNow() {
        return new Facts(
                facts.container(),
                facts.checks(),
                facts.deadline(),
                facts.sighting(),
                counters,
                facts.readAt(),
                ticker.now(),
                ticker.wall());
    }

    private void stopAll() {
        running.values().forEach(runs -> runs.loop().stop());
        running.clear();
    }

    private static List<Check.Probe> probes(List<Check> checks) {
        List<Check.Probe> probes = new ArrayList<>();
        for (Check check : checks) {
            if (check instanceof Check.Probe probe) {
                probes.add(probe);
            }
        }
        return probes;
    }
}
