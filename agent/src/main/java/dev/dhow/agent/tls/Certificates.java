package dev.dhow.agent.tls;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.status.CertificateStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the certificates of the proxy and picks one for each handshake.
///
/// For a server name: what the roles of that host want, and where none does, what fits in the directory, else what the
/// default route ([WantedCertificate#ANY]) wants. A client that sends no name gets the default route's, else the only
/// certificate there is. Where nothing fits, a self-signed one answers, which is enough for health paths.
///
/// Files are looked at every [CertificatesConfig#poll]; a swap is one reference, so that no connection notices.
public final class Certificates implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Certificates.class);
    /// Certificates expire without any file changing.
    private static final Duration REBUILD = Duration.ofMinutes(1);

    private final CertificatesConfig config;
    private final Ticker ticker;
    private final PairWatch files;
    private final @Nullable AcmeOrders orders;
    private final Tokens tokens = new Tokens();
    /// Null: nobody needed it yet. It costs a second of CPU and 12 MB, which a host without TLS shall not pay.
    private volatile @Nullable Pair selfSigned;
    private final HandshakeKeys keys = new HandshakeKeys(this::choose, this::byAlias);
    private final ClientCas clients;
    private final Semaphore woken = new Semaphore(0);
    private volatile InForce inForce;
    private volatile Set<WantedCertificate> wanted = Set.of();
    private @Nullable Thread thread;

    /// What handshakes go by.
    ///
    /// @param byAlias pairs of this table and of the one before: a handshake may have chosen just before a swap
    /// @param common whether all keys of this table are
    private record InForce(
            Wants wants,
            PairWatch.Found found,
            Map<String, Held> acme,
            Table table,
            Map<String, Pair> byAlias,
            boolean common,
            Duration since) {}

    /// Certificates of that configuration; nothing is read before [#start].
    public Certificates(CertificatesConfig config, Ticker ticker, CertificateListener listener) {
        this(config, ticker, listener, RandomGenerator.getDefault());
    }

    /// @param random spreads renewals; guarded by its user
    Certificates(CertificatesConfig config, Ticker ticker, CertificateListener listener, RandomGenerator random) {
        this.config = config;
        this.ticker = ticker;
        this.files = new PairWatch(config.directory(), ticker);
        this.clients = new ClientCas(ticker);
        CertificatesConfig.Acme acme = config.acme();
        if (acme == null) {
            this.orders = null;
        } else {
            AcmeStore store = new AcmeStore(config.store(), acme.directory());
            this.orders = new AcmeOrders(
                    store, new AcmeAuthority(acme, store, ticker), ticker, random, listener, tokens, woken::release);
        }
        Table empty = new Table(Wants.NOTHING, config.directory(), PairWatch.Found.NOTHING, Map.of(), ticker.wall());
        this.inForce =
                new InForce(Wants.NOTHING, PairWatch.Found.NOTHING, Map.of(), empty, Map.of(), true, ticker.now());
    }

    /// Reads the directory once, which blocks, then watches it.
    public void start() {
        look(true);
        thread = Thread.ofVirtual().name("certificates").start(this::run);
    }

    /// What the routes ask for, all of it. May be called often: the same again costs a comparison.
    public void want(Set<WantedCertificate> wanted) {
        if (wanted.equals(this.wanted)) {
            return;
        }
        this.wanted = Set.copyOf(wanted);
        swap(Wants.of(wanted), null);
        woken.release();
    }

    /// The files of all CAs that routes ask clients' certificates of. Reads those that are new, which blocks shortly.
    public void wantClients(Set<Path> files) {
        clients.want(files);
    }

    /// Whether clients are asked for a certificate in handshakes.
    public boolean asksClients() {
        return clients.any();
    }

    /// Who may sign clients' certificates by that file; null: nobody wants it.
    public @Nullable ClientCa clientCa(Path file) {
        return clients.of(file);
    }

    /// For an SSLContext, which can be kept for good. Blocks the first time, for a second or so.
    public synchronized X509ExtendedKeyManager keyManager() {
        if (selfSigned == null) {
            selfSigned = SelfSigned.make(ticker.wall());
        }
        return keys;
    }

    /// Whether a real certificate answers for this server name, and not the self-signed one.
    ///
    /// @param serverName as the client sent it; null: it sent none
    public boolean serves(@Nullable String serverName) {
        return !inForce.table().answers(serverName, ticker.wall()).isEmpty();
    }

    /// Whether all keys are of kinds that every library of TLS signs with.
    public boolean onlyCommonKeys() {
        return inForce.common();
    }

    /// Every host that is wanted with what answers for it, then what the directory holds beside.
    public List<CertificateStatus> status() {
        InForce now = inForce;
        return new Statuses(now.wants(), config.directory(), now.found(), now.acme(), orders != null, now.table())
                .at(ticker.wall());
    }

    /// The key authorization of an ACME HTTP-01 token that is being asked for; null: none such.
    public @Nullable String challenge(String token) {
        return tokens.answer(token);
    }

    /// Ends watching and gives up an order that is under way. What is in force stays so.
    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        if (orders != null) {
            orders.close();
        }
    }

    private void run() {
        try {
            boolean settled = true;
            while (true) {
                Duration wait = settled ? config.poll() : least(config.poll(), WatchedPair.SETTLE);
                // Woken or not: it is time.
                boolean _ = woken.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
                woken.drainPermits();
                settled = look(false);
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    /// @return whether the next look may wait for the whole period
    private boolean look(boolean atOnce) {
        try {
            clients.look();
            PairWatch.Look look = files.look(inForce.wants().files(config.directory()), atOnce);
            swap(null, look.found());
            if (orders != null) {
                orders.look(inForce.table().needed(ticker.wall()));
                swap(null, null);
            }
            return look.settled();
        } catch (RuntimeException | Error e) {
            // The next look may do better; without this thread no certificate would be renewed.
            log.atError().setCause(e).log("certificates not looked at, by a bug");
            return true;
        }
    }

    /// Puts what changed into force.
    ///
    /// @param wants null: as before
    /// @param found null: as before
    private synchronized void swap(@Nullable Wants wants, PairWatch.@Nullable Found found) {
        InForce old = inForce;
        Wants newWants = wants == null ? old.wants() : wants;
        PairWatch.Found newFound = found == null || found.equals(old.found()) ? old.found() : found;
        Map<String, Held> acme = new HashMap<>();
        if (orders != null) {
            AcmeOrders all = orders;
            all.hosts().forEach(host -> acme.put(host, all.held(host)));
        }
        boolean same = newWants.equals(old.wants()) && newFound.equals(old.found()) && acme.equals(old.acme());
        if (same && ticker.now().minus(old.since()).compareTo(REBUILD) < 0) {
            return;
        }
        Instant wall = ticker.wall();
        Table table = new Table(newWants, config.directory(), newFound, acme, wall);
        Map<String, Pair> byAlias = new HashMap<>(old.table().byAlias());
        byAlias.putAll(table.byAlias());
        boolean common = table.byAlias().values().stream().allMatch(Pair::common);
        inForce = new InForce(newWants, newFound, acme, table, byAlias, common, ticker.now());
    }

    private @Nullable Pair byAlias(String alias) {
        Pair last = selfSigned;
        return last != null && last.alias().equals(alias)
                ? last
                : inForce.byAlias().get(alias);
    }

    private @Nullable Pair choose(@Nullable String serverName, String keyType) {
        List<Held> answers = inForce.table().answers(serverName, ticker.wall());
        if (answers.isEmpty()) {
            Pair last = selfSigned;
            return last != null && last.keyType().equals(keyType) ? last : null;
        }
        return answers.stream()
                .map(Held::pair)
                .filter(pair -> pair != null && pair.keyType().equals(keyType))
                .findFirst()
                .orElse(null);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
