package dev.dhow.agent;

import dev.dhow.agent.history.DrainMark;
import dev.dhow.agent.history.Saved;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentControl.Answer;
import dev.dhow.api.status.HostStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The drain of this host: asked for by people, kept over restarts of the agent, done by the proxy.
final class HostDrain {
    private static final Logger log = LoggerFactory.getLogger(HostDrain.class);

    private final DrainMark mark;
    private final Duration grace;
    private final Ticker ticker;
    private final Proxy proxy;
    private @Nullable Instant since;

    /// Goes on with a drain that an agent before this one began.
    ///
    /// @param grace how long health fails before connections end
    HostDrain(DrainMark mark, Duration grace, Ticker ticker, Proxy proxy) {
        this.mark = mark;
        this.grace = grace;
        this.ticker = ticker;
        this.proxy = proxy;
        mark.since().ifPresent(this::goOn);
    }

    private void goOn(Instant began) {
        // A clock that was set back must not prolong it.
        Duration passed = Duration.between(began, ticker.wall());
        Duration left = passed.isNegative() ? grace : grace.minus(passed);
        since = began.equals(Instant.EPOCH) ? ticker.wall() : began;
        proxy.drainHost(left.isNegative() ? Duration.ZERO : left);
        log.atWarn().addKeyValue("since", began).log("host still drains; dhow undrain ends it");
    }

    synchronized Answer drain() {
        if (since != null) {
            return new Answer.Accepted("the host drains already");
        }
        Instant now = ticker.wall().truncatedTo(ChronoUnit.SECONDS);
        since = now;
        proxy.drainHost(grace);
        log.atInfo().addKeyValue("grace", grace).log("host drains");
        String message = "health fails from now on; connections end in %d s, and nothing is cut; dhow undrain ends it"
                .formatted(grace.toSeconds());
        return new Answer.Accepted(
                mark.set(now) instanceof Saved.Failed(String reason)
                        ? message + "; a restart of the agent ends it too: " + reason
                        : message);
    }

    synchronized Answer undrain() {
        if (since == null) {
            return new Answer.Refused("the host does not drain");
        }
        if (mark.clear() instanceof Saved.Failed(String reason)) {
            return new Answer.Refused("the host still drains: " + reason);
        }
        since = null;
        proxy.undrainHost();
        log.atInfo().log("host takes requests again");
        return new Answer.Accepted("the host takes requests again");
    }

    synchronized Optional<HostStatus.Drain> now() {
        Instant began = since;
        return began == null ? Optional.empty() : Optional.of(new HostStatus.Drain(began, began.plus(grace)));
    }
}
