package dev.dhow.agent.tls;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Takes any client certificate in the handshake, because which ones are good depends on the role, and health paths
/// answer without one. Who routes asks [#signedBy]; the handshake proves that the client has the key.
public final class ClientTrust extends X509ExtendedTrustManager {
    /// Whether a client's chain leads to one of these CAs now: by PKIX, without asking about revocation.
    ///
    /// @param chain as the client sent it, leaf first; empty: it sent none
    public static boolean signedBy(Certificate[] chain, ClientCa ca) {
        X509Certificate[] own =
                Stream.of(chain).filter(X509Certificate.class::isInstance).toArray(X509Certificate[]::new);
        return own.length == chain.length && ca.signed(own);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noServer();
    }

    /// None named: the client picks what it has.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static CertificateException noServer() {
        return new CertificateException("this side is the server");
    }
}
