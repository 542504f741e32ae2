package dev.dhow.agent.tls;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.status.CertificateStatus.Source;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets certificates for hosts and renews them, one order at a time, each on a thread of its own.
final class AcmeOrders implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AcmeOrders.class);

    private final AcmeStore store;
    private final Authority authority;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final CertificateListener listener;
    private final Tokens tokens;
    private final Runnable changed;
    /// Also of hosts that nobody wants any more: one that comes back has not got its tries back.
    private final Map<String, Standing> standings = new ConcurrentHashMap<>();
    private volatile Set<String> hosts = Set.of();
    private @Nullable Thread order;
    private boolean closed;

    /// @param changed called when an order ended, on its thread
    AcmeOrders(
            AcmeStore store,
            Authority authority,
            Ticker ticker,
            RandomGenerator random,
            CertificateListener listener,
            Tokens tokens,
            Runnable changed) {
        this.store = store;
        this.authority = authority;
        this.ticker = ticker;
        this.random = random;
        this.listener = listener;
        this.tokens = tokens;
        this.changed = changed;
    }

    /// Reads from the store what was not asked for before, and starts the order that is due, if none is under way.
    void look(SortedSet<String> hosts) {
        this.hosts = Set.copyOf(hosts);
        hosts.forEach(host -> standings.computeIfAbsent(host, this::stored));
        Duration now = ticker.now();
        Instant wall = ticker.wall();
        standings.entrySet().stream()
                .filter(entry ->
                        hosts.contains(entry.getKey()) && entry.getValue().due(now, wall))
                // Who has nothing comes first, and nobody waits for one that keeps failing.
                .min(Comparator.comparing((Map.Entry<String, Standing> entry) ->
                                entry.getValue().pair() != null)
                        .thenComparing(entry -> entry.getValue().failures())
                        .thenComparing(Map.Entry::getKey))
                .ifPresent(entry -> begin(entry.getKey()));
    }

    /// What there is for each host.
    Held held(String host) {
        Standing standing = standings.getOrDefault(host, Standing.NEW);
        String problem = standing.problem();
        if (problem == null && standing.pair() == null) {
            problem = "being ordered; the authority will ask http://%s/.well-known/acme-challenge/".formatted(host);
        }
        return new Held(Source.ACME, store.file(host).toString(), standing.pair(), problem);
    }

    /// The hosts that are looked after.
    Set<String> hosts() {
        return hosts;
    }

    private synchronized boolean closed() {
        return closed;
    }

    /// Whether an order is under way.
    synchronized boolean busy() {
        return order != null;
    }

    private Standing stored(String host) {
        try {
            Pair pair = store.certificate(host);
            return pair == null ? Standing.NEW : issued(pair);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("error", e.getMessage())
                    .log("stored certificate not read, a new one is ordered");
            return Standing.NEW;
        }
    }

    private Standing issued(Pair pair) {
        synchronized (random) {
            return Standing.issued(pair, random);
        }
    }

    private synchronized void begin(String host) {
        if (order == null && !closed) {
            order = Thread.ofVirtual().name("acme-order").start(() -> run(host));
        }
    }

    private void run(String host) {
        log.atInfo().addKeyValue("host", host).log("certificate ordered");
        try {
            KeyPair key = SelfSigned.ecKey();
            switch (authority.order(host, key, tokens)) {
                case Authority.Result.Issued issued -> {
                    Pair pair = Pair.of(issued.chain(), key.getPrivate());
                    keep(host, pair);
                    standings.computeIfPresent(host, (_, _) -> issued(pair));
                    log.atInfo()
                            .addKeyValue("host", host)
                            .addKeyValue("object", pair)
                            .log("certificate issued");
                    listener.orderEnded("success");
                }
                // Broken off by us, whatever the words are.
                case Authority.Result.Refused _ when closed() -> {}
                case Authority.Result.Refused refused -> {
                    failed(host, refused.problem(), refused.notBefore());
                    listener.orderEnded(refused.rateLimited() ? "rate_limited" : "failure");
                }
            }
        } catch (InterruptedException _) {
            log.atDebug().addKeyValue("host", host).log("order given up, the agent is stopping");
        } catch (GeneralSecurityException | RuntimeException e) {
            // A client that is interrupted throws what it likes.
            if (!closed()) {
                log.atError().setCause(e).addKeyValue("host", host).log("order failed by a bug");
                failed(host, "the order failed: " + e, null);
                listener.orderEnded("failure");
            }
        } finally {
            synchronized (this) {
                order = null;
            }
            changed.run();
        }
    }

    /// One that cannot be stored serves all the same, and is ordered again after the next start.
    private void keep(String host, Pair pair) {
        try {
            store.store(host, pair.key(), pair.chain());
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("host", host)
                    .addKeyValue("file", store.file(host))
                    .addKeyValue("error", e.toString())
                    .log("certificate not stored");
        }
    }

    private void failed(String host, String why, @Nullable Instant wish) {
        Standing now =
                standings.computeIfPresent(host, (_, before) -> before.failed(why, wish, ticker.now(), ticker.wall()));
        if (now != null) {
            log.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("error", why)
                    .addKeyValue("ms", now.notBefore().minus(ticker.now()).toMillis())
                    .log("certificate not issued, the order is repeated later");
        }
    }

    /// Gives up the order under way.
    @Override
    public synchronized void close() {
        closed = true;
        if (order != null) {
            order.interrupt();
        }
    }
}
