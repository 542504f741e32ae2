package dev.dhow.agent.tls;

import dev.dhow.agent.state.Ticker;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may sign client certificates: the CAs in a PEM file, read again when it changes.
///
/// A file that turns bad leaves the CAs before it in force; while there were none yet, nobody is let in. Who asks reads
/// what is known; [#look] reads the file.
public final class ClientCa {
    private static final Logger log = LoggerFactory.getLogger(ClientCa.class);

    private final Path file;
    private final Ticker ticker;
    private @Nullable Object stamps;
    private @Nullable Duration looked;
    private final AtomicInteger edition = new AtomicInteger();
    private volatile @Nullable X509TrustManager trust;
    private volatile @Nullable String problem;

    /// Reads the file, which blocks shortly.
    ///
    /// @param file PEM; need not be there
    public ClientCa(Path file, Ticker ticker) {
        this.file = file;
        this.ticker = ticker;
        look();
    }

    /// Why what stands in the file is not in force, with the next step; null: it is.
    public @Nullable String problem() {
        return problem;
    }

    /// Whether nobody is let in, because the file was never of use.
    public boolean empty() {
        return trust == null;
    }

    /// Counts the changes of the CAs in force: what was found out by other ones says nothing any more.
    public int edition() {
        return edition.get();
    }

    /// Whether a chain leads to one of the CAs now, and its leaf may be a client.
    boolean signed(X509Certificate[] chain) {
        X509TrustManager manager = trust;
        if (manager == null || chain.length == 0) {
            return false;
        }
        try {
            manager.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException | IllegalArgumentException _) {
            return false;
        }
    }

    /// A system call every [CertificatesConfig#POLL], and the file's bytes when it changed or was of no use.
    synchronized void look() {
        Duration now = ticker.now();
        if (looked != null && now.minus(looked).compareTo(CertificatesConfig.POLL) < 0) {
            return;
        }
        looked = now;
        Object before = stamps;
        stamps = new PairFiles(file, null).stamps();
        if (stamps.equals(before)) {
            return;
        }
        try {
            trust = Stream.of(Anchors.read(file).trustManagers())
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            edition.incrementAndGet();
            problem = null;
            log.atInfo().addKeyValue("file", file).log("client authorities taken");
        } catch (UnfitPem | GeneralSecurityException e) {
            // Tried each time: a change of the file's mode shows in no stamp.
            stamps = null;
            String why = e.getMessage();
            if (!Objects.equals(why, problem)) {
                problem = why;
                log.atWarn().addKeyValue("file", file).addKeyValue("error", why).log("client authorities not taken");
            }
        }
    }
}
