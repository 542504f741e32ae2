package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.ClientTrust;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who does the cryptography of TLS: BoringSSL, where it can be loaded, costs a third of the JDK's CPU for a handshake
/// and half of it for what follows; the JDK does what BoringSSL cannot.
///
/// TLS 1.2 and 1.3 with the suites that HTTP/2 allows (RFC 9113 §9.2.2), HTTP/2 before HTTP/1.1.
enum TlsLibrary {
    BORINGSSL {
        @Override
        SslContext context(X509ExtendedKeyManager keys, ClientAuth clients) {
            try {
                SslContext made = SslContextBuilder.forServer(new OpenSslCachingX509KeyManagerFactory(factory(keys)))
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .protocols(VERSIONS)
                        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                        .applicationProtocolConfig(ALPN)
                        .clientAuth(clients)
                        .trustManager(new ClientTrust())
                        .build();
                // Clients keep their sessions as tickets: nothing is stored here.
                ((OpenSslSessionContext) made.sessionContext()).setSessionCacheEnabled(false);
                return made;
            } catch (SSLException e) {
                throw new IllegalStateException("BoringSSL was loaded and cannot do TLS", e);
            }
        }
    },

    JDK {
        @Override
        SslContext context(X509ExtendedKeyManager keys, ClientAuth clients) {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(new KeyManager[] {keys}, new TrustManager[] {new ClientTrust()}, null);
                // Of clients that keep no tickets; the JDK's 20,480 would not fit the agent's memory.
                context.getServerSessionContext().setSessionCacheSize(SESSIONS);
                return new JdkSslContext(
                        context,
                        false,
                        Http2SecurityUtil.CIPHERS,
                        SupportedCipherSuiteFilter.INSTANCE,
                        ALPN,
                        clients,
                        VERSIONS,
                        false);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK can do TLS", e);
            }
        }
    };

    private static final Logger log = LoggerFactory.getLogger(TlsLibrary.class);
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final int SESSIONS = 1024;
    private static final ApplicationProtocolConfig ALPN = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    static {
        // A client that starts handshakes over and over on one connection of TLS 1.2 costs more than it pays.
        // BoringSSL never allows it.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /// What begins handshakes. Kept for good: certificates are picked in each handshake anew.
    abstract SslContext context(X509ExtendedKeyManager keys, ClientAuth clients);

    /// The better one of those that are there.
    static TlsLibrary best() {
        if (OpenSsl.isAvailable()) {
            return BORINGSSL;
        }
        log.atWarn()
                .addKeyValue("error", String.valueOf(OpenSsl.unavailabilityCause()))
                .log("BoringSSL cannot be loaded; the JDK does TLS, at three times the CPU for a handshake");
        return JDK;
    }

    private static KeyManagerFactory factory(X509ExtendedKeyManager keys) {
        KeyManagerFactorySpi only = new KeyManagerFactorySpi() {
            @Override
            protected void engineInit(KeyStore store, char[] password) {}

            @Override
            protected void engineInit(ManagerFactoryParameters parameters) {}

            @Override
            protected KeyManager[] engineGetKeyManagers() {
                return new KeyManager[] {keys};
            }
        };
        return new KeyManagerFactory(only, null, "by handshake") {};
    }
}
