package dev.dhow.agent;

import dev.dhow.agent.history.KeptTraffic;
import dev.dhow.agent.history.Saved;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentControl.Answer;
import dev.dhow.api.status.TrafficStatus;
import dev.dhow.api.status.TrafficStatus.State;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which services are in maintenance or paused. It is stored before it is done, and holds until somebody ends it, over
/// restarts of the agent and new versions of the service; it goes with the service.
final class TrafficControl {
    private static final Logger log = LoggerFactory.getLogger(TrafficControl.class);
    /// Characters of a message; it is shown on a page.
    private static final int LONGEST = 2000;

    private final KeptTraffic kept;
    private final @Nullable Proxy proxy;
    private final Ticker ticker;
    /// Guarded by `this`, as every change is.
    private final TreeMap<String, TrafficStatus> now;
    private volatile Map<String, TrafficStatus> shown;

    /// Takes up what was stored.
    ///
    /// @param proxy null: there is none
    TrafficControl(KeptTraffic kept, @Nullable Proxy proxy, Ticker ticker) throws InterruptedException {
        this.kept = kept;
        this.proxy = proxy;
        this.ticker = ticker;
        now = new TreeMap<>(kept.load());
        shown = Map.copyOf(now);
        if (proxy != null) {
            for (Map.Entry<String, TrafficStatus> entry : now.entrySet()) {
                proxy.traffic(entry.getKey(), entry.getValue());
            }
            proxy.onForgotten(this::forget);
        }
    }

    /// Null: its requests go on.
    @Nullable
    TrafficStatus of(String service) {
        return shown.get(service);
    }

    synchronized Answer maintenance(String service, @Nullable String message) throws InterruptedException {
        if (message != null && message.length() > LONGEST) {
            return new Answer.Refused("the message has more than %d characters; say it shorter".formatted(LONGEST));
        }
        TrafficStatus before = now.get(service);
        Instant since = before != null && before.state() == State.MAINTENANCE ? before.since() : ticker.wall();
        return put(
                service,
                new TrafficStatus(State.MAINTENANCE, message == null || message.isBlank() ? null : message, since),
                "requests are answered with 503 until `dhow maintenance off %s`".formatted(service));
    }

    synchronized Answer maintenanceEnds(String service) throws InterruptedException {
        return end(service, State.MAINTENANCE, "it is paused, not in maintenance; `dhow resume %s` ends that");
    }

    synchronized Answer pause(String service) throws InterruptedException {
        TrafficStatus before = now.get(service);
        if (before != null && before.state() == State.MAINTENANCE) {
            return new Answer.Refused(
                    "it is in maintenance, so nothing waits; end that first with `dhow maintenance off %s`"
                            .formatted(service));
        }
        return put(
                service,
                before == null ? new TrafficStatus(State.PAUSED, null, ticker.wall()) : before,
                "requests wait, each for 30 s at most, until `dhow resume %s`".formatted(service));
    }

    synchronized Answer resume(String service) throws InterruptedException {
        return end(service, State.PAUSED, "it is in maintenance, not paused; `dhow maintenance off %s` ends that");
    }

    private Answer end(String service, State state, String other) throws InterruptedException {
        TrafficStatus before = now.get(service);
        if (before != null && before.state() != state) {
            return new Answer.Refused(other.formatted(service));
        }
        return put(service, null, "requests go on");
    }

    private Answer put(String service, @Nullable TrafficStatus status, String message) throws InterruptedException {
        if (proxy == null) {
            return new Answer.Refused(
                    "this agent has no proxy: both listeners are switched off in agent.yaml, so requests do not come"
                            + " by");
        }
        if (status != null && !proxy.serves(service)) {
            return new Answer.Refused("no role of it takes requests; see `proxy` in its file");
        }
        TreeMap<String, TrafficStatus> after = new TreeMap<>(now);
        if (status == null) {
            after.remove(service);
        } else {
            after.put(service, status);
        }
        if (!after.equals(now) && kept.save(after) instanceof Saved.Failed(String why)) {
            return new Answer.Refused(why);
        }
        now.clear();
        now.putAll(after);
        shown = Map.copyOf(now);
        proxy.traffic(service, status);
        log.atInfo()
                .addKeyValue("service", service)
                .addKeyValue("state", status == null ? "open" : status.state())
                .log("traffic changed by request");
        return new Answer.Accepted(message);
    }

    /// The service is gone for good; one that gets its name begins anew.
    private synchronized void forget(String service) {
        if (now.remove(service) != null) {
            shown = Map.copyOf(now);
            if (kept.save(now) instanceof Saved.Failed(String why)) {
                log.atWarn()
                        .addKeyValue("service", service)
                        .addKeyValue("error", why)
                        .log("traffic not stored");
            }
        }
    }
}
