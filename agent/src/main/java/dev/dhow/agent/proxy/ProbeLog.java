package dev.dhow.agent.proxy;

import dev.dhow.agent.state.Ticker;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The last probes of each listener and source. What is kept is bounded, whoever asks: of sources that ask for health,
/// and apart from them of those that only look like a load balancer, so that strangers cannot push it out.
public final class ProbeLog implements ProxyListener {
    static final int OF_EACH = 20;
    static final int SOURCES = 100;
    private static final int LONGEST = 200;

    private final Ticker ticker;
    private final Map<Source, Deque<Entry>> asking = new LinkedHashMap<>(16, 0.75F, true);
    private final Map<Source, Deque<Entry>> others = new LinkedHashMap<>(16, 0.75F, true);

    private record Source(String listener, String peer) {}

    /// One probe.
    public record Entry(Instant at, Probe probe) {}

    public ProbeLog(Ticker ticker) {
        this.ticker = ticker;
    }

    @Override
    public void probe(Probe probe) {
        Source source = new Source(probe.listener(), probe.sender().peer());
        Entry entry = new Entry(ticker.wall().truncatedTo(ChronoUnit.MILLIS), shortened(probe));
        synchronized (this) {
            Deque<Entry> known = asking.get(source);
            if (known == null) {
                Map<Source, Deque<Entry>> where = probe.health() ? asking : others;
                Deque<Entry> before = probe.health() ? others.remove(source) : others.get(source);
                known = before == null ? new ArrayDeque<>(OF_EACH) : before;
                where.put(source, known);
                bound(where);
            }
            if (known.size() == OF_EACH) {
                known.removeLast();
            }
            known.addFirst(entry);
        }
    }

    private static void bound(Map<Source, Deque<Entry>> sources) {
        if (sources.size() > SOURCES) {
            Iterator<Source> eldest = sources.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /// All that is kept, the newest of each source first, and the source that asked last first.
    public synchronized List<Entry> entries() {
        List<Entry> all = new ArrayList<>();
        add(asking, all);
        add(others, all);
        return all;
    }

    private static void add(Map<Source, Deque<Entry>> sources, List<Entry> all) {
        new ArrayList<>(sources.values()).reversed().forEach(all::addAll);
    }

    private static Probe shortened(Probe probe) {
        return new Probe(
                probe.listener(),
                probe.sender(),
                cut(probe.host()),
                cut(probe.sni()),
                probe.version(),
                cut(probe.path()),
                probe.code(),
                String.valueOf(cut(probe.why())),
                probe.health());
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
