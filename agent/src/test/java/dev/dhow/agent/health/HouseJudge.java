package dev.dhow.agent.health;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.state.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The real judge for tests that step passes by hand: each container is checked as a process that is ready as soon as
/// it runs.
public final class HouseJudge {
    private static final Check AT_ONCE = new Check.Process(Duration.ZERO);

    private final Ticker ticker;
    private final Instant begun;
    private final Map<String, Sighting> sightings = new HashMap<>();

    public HouseJudge(Ticker ticker) {
        this.ticker = ticker;
        begun = ticker.wall();
    }

    /// Takes an observation in.
    ///
    /// @param said what a test says of it while it runs; null: nothing
    public Verdict see(ObservedContainer container, @Nullable Verdict said) {
        Duration now = ticker.now();
        Instant wall = ticker.wall();
        Sighting known = sightings.get(container.id());
        Sighting sighting =
                known == null ? Sighting.first(container, begun, now, wall) : known.next(container, now, wall);
        Verdict verdict = said != null
                ? said
                : Judge.judge(new Facts(
                        container, List.of(AT_ONCE), Duration.ofSeconds(30), sighting, Map.of(), now, now, wall));
        boolean served = verdict.ready() && container.running();
        sightings.put(container.id(), served ? sighting.ready() : sighting);
        return verdict;
    }
}
