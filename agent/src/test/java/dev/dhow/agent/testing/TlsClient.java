package dev.dhow.agent.testing;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Clients that believe every server and say what they are told to say.
public final class TlsClient {
    private static final char[] PASSWORD = "test".toCharArray();
    private static final int MILLIS = 20_000;

    private final KeyManager @Nullable [] keys;

    private TlsClient(KeyManager @Nullable [] keys) {
        this.keys = keys;
    }

    /// One without a certificate.
    public static TlsClient anonymous() {
        return new TlsClient(null);
    }

    /// One with a certificate, leaf first.
    public static TlsClient with(List<X509Certificate> chain, KeyPair keys) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", keys.getPrivate(), PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, PASSWORD);
            return new TlsClient(factory.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A new one, so that no session is taken up again.
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new Anyone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Connects and shakes hands.
    ///
    /// @param serverName null: none is sent
    /// @param protocols by ALPN, or none
    public SSLSocket connect(int port, @Nullable String serverName, String... protocols) throws IOException {
        Socket plain = new Socket("127.0.0.1", port);
        plain.setSoTimeout(MILLIS);
        plain.setTcpNoDelay(true);
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(plain, null, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /// The certificate that answers.
    public X509Certificate certificate(int port, @Nullable String serverName) throws IOException {
        try (SSLSocket socket = connect(port, serverName)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /// Sends bytes by HTTP/1 and reads until the end.
    public String raw(int port, @Nullable String serverName, String text) throws IOException {
        try (SSLSocket socket = connect(port, serverName)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
