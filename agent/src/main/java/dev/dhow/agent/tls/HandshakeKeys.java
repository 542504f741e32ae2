package dev.dhow.agent.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Picks a certificate in each handshake anew, so that one that is swapped needs no new context.
///
/// The handshake asks once for each type of key that the client can do, in the client's order, until it gets an alias.
/// So a client that can do both gets the ECDSA certificate where there are two, and one that cannot gets the RSA one.
final class HandshakeKeys extends X509ExtendedKeyManager {
    private final BiFunction<@Nullable String, String, @Nullable Pair> choice;
    private final Function<String, @Nullable Pair> byAlias;

    /// @param choice server name and type of key → what answers; null: nothing of that type
    HandshakeKeys(
            BiFunction<@Nullable String, String, @Nullable Pair> choice, Function<String, @Nullable Pair> byAlias) {
        this.choice = choice;
        this.byAlias = byAlias;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getHandshakeSession();
        if (engine != null && session == null) {
            // An older session is to be taken up again: does its certificate still answer?
            Pair pair = choice.apply(NamedHost.of(engine), keyType);
            return pair == null ? null : pair.alias();
        }
        return alias(keyType, session);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType, socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Pair pair = byAlias.apply(alias);
        return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Pair pair = byAlias.apply(alias);
        return pair == null ? null : pair.key();
    }

    /// Nobody may know all names: they differ by handshake.
    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private @Nullable String alias(String keyType, @Nullable SSLSession session) {
        if (!verifies(session, keyType)) {
            return null;
        }
        Pair pair = choice.apply(serverName(session), keyType);
        return pair == null ? null : pair.alias();
    }

    /// Whether the client can verify signatures by such a key. In TLS 1.2 the handshake asks for whatever the client's
    /// cipher suites name, and would fail later.
    private static boolean verifies(@Nullable SSLSession session, String keyType) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return true;
        }
        List<String> algorithms = List.of(extended.getPeerSupportedSignatureAlgorithms());
        return algorithms.isEmpty()
                || switch (keyType) {
                    case "EC" -> algorithms.stream().anyMatch(a -> a.endsWith("withECDSA"));
                    case "RSA" ->
                        algorithms.stream().anyMatch(a -> a.endsWith("withRSA") || a.startsWith("RSASSA-PSS"));
                    default -> true;
                };
    }

    private static @Nullable String serverName(@Nullable SSLSession session) {
        List<SNIServerName> names =
                session instanceof ExtendedSSLSession extended ? extended.getRequestedServerNames() : List.of();
        for (SNIServerName name : names) {
            if (name instanceof SNIHostName host) {
                return host.getAsciiName();
            }
        }
        return null;
    }
}
