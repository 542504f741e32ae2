package dev.dhow.agent.tls;

import dev.dhow.agent.testing.TlsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// A TLS server on loopback that sends lines back, and its clients, which take any certificate.
final class HandshakeServer implements AutoCloseable {
    private final SSLServerSocket listener;

    HandshakeServer(X509ExtendedKeyManager keys) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, null, null);
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// A client's connection.
    record Connection(SSLSocket socket, BufferedReader in) implements AutoCloseable {
        String echo(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// What the server shows to a client that asks for that name; null: for none.
    List<X509Certificate> chain(@Nullable String name) throws Exception {
        return chain(name, "TLSv1.3");
    }

    /// What it shows to a client that speaks that protocol and these signature schemes; none named: all.
    List<X509Certificate> chain(@Nullable String name, String protocol, String... schemes) throws Exception {
        try (Connection connection = connect(name, protocol, schemes)) {
            return Stream.of(connection.socket().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        }
    }

    Connection connect(String name) throws Exception {
        return connect(name, "TLSv1.3");
    }

    private Connection connect(@Nullable String name, String protocol, String... schemes) throws Exception {
        // A context of its own, so that no session is resumed.
        SSLContext context = TlsClient.anonymous().context();
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(listener.getInetAddress(), listener.getLocalPort());
        try {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
            parameters.setProtocols(new String[] {protocol});
            if (schemes.length > 0) {
                parameters.setSignatureSchemes(schemes);
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new Connection(
                    socket,
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private static void echo(SSLSocket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException _) {
            // The client went, or shook hands in vain.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
