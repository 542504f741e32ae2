package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.tls.ClientCa;
import dev.dhow.agent.tls.ClientTrust;
import io.vertx.core.http.HttpConnection;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What the TLS handshake of a connection left: whether a real certificate answered, and who the client is.
final class Peer {
    /// So long a client's certificate counts as what it was found to be, though it may expire.
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final Certificate[] NOBODY = {};

    private final Certificates certificates;
    private final @Nullable String name;
    private final boolean served;
    private final Certificate[] chain;
    private final Supplier<Duration> clock;
    private @Nullable Found found;

    /// What was found out of the client's certificate.
    private record Found(Path file, int edition, boolean good, Duration at) {}

    private Peer(Certificates certificates, @Nullable String name, Certificate[] chain, Supplier<Duration> clock) {
        this.certificates = certificates;
        this.name = name;
        this.served = certificates.serves(name);
        this.chain = chain;
        this.clock = clock;
    }

    /// @param clock monotonic
    /// @return null: the connection has no TLS
    static @Nullable Peer of(HttpConnection http, @Nullable Certificates certificates, Supplier<Duration> clock) {
        SSLSession session = http.isSsl() ? http.sslSession() : null;
        return session == null || certificates == null
                ? null
                : new Peer(certificates, serverName(session), shown(session), clock);
    }

    /// The server that the client asked for (SNI); null: none.
    @Nullable
    String name() {
        return name;
    }

    /// Whether only the self-signed certificate could answer.
    boolean unserved() {
        return !served;
    }

    /// Why the client may not come in; null: it may.
    ///
    /// @param peer null: it came without TLS
    /// @param file who may sign its certificate
    static @Nullable String refusal(@Nullable Peer peer, Path file) {
        return peer == null
                ? "this service asks for a client certificate, which can be shown over HTTPS to this host only"
                : peer.refusal(file);
    }

    private @Nullable String refusal(Path file) {
        ClientCa ca = certificates.clientCa(file);
        if (ca == null || ca.empty()) {
            return "nobody can be let in: who may sign client certificates cannot be read; the agent's log tells why";
        }
        if (chain.length == 0) {
            return "this service asks for a client certificate, and none was shown; connect again with one";
        }
        return signedBy(ca, file)
                ? null
                : "the client certificate is not signed by an authority that this service trusts, or not valid now";
    }

    private boolean signedBy(ClientCa ca, Path file) {
        Found last = found;
        Duration now = clock.get();
        int edition = ca.edition();
        if (last == null
                || !last.file().equals(file)
                || last.edition() != edition
                || now.minus(last.at()).compareTo(REMEMBERED) > 0) {
            last = new Found(file, edition, ClientTrust.signedBy(chain, ca), now);
            found = last;
        }
        return last.good();
    }

    private static Certificate[] shown(SSLSession session) {
        try {
            return session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException _) {
            return NOBODY;
        }
    }

    private static @Nullable String serverName(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return null;
    }
}
