package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.tls.ClientTrust;
import dev.dhow.agent.tls.NamedHost;
import dev.dhow.agent.wire.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// Begins the handshakes of a listener, each with what is in force at that moment, so that nothing has to be opened
/// again when a certificate is swapped or the first role asks for client certificates; and says how they went.
///
/// TLS 1.2 and 1.3 with the suites that HTTP/2 allows (RFC 9113 §9.2.2), HTTP/2 before HTTP/1.1.
final class Handshakes extends SslContext {
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
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final String listener;
    private final Certificates certificates;
    private final ProxyListener told;
    private final Supplier<Duration> clock;
    private final SslContext anonymous;
    /// Of its own, and so are its sessions: none that began without a certificate is taken up again by it.
    private final SslContext asking;

    /// @param clock monotonic
    Handshakes(String listener, Certificates certificates, ProxyListener told, Supplier<Duration> clock) {
        this.listener = listener;
        this.certificates = certificates;
        this.told = told;
        this.clock = clock;
        anonymous = context(certificates, ClientAuth.NONE);
        asking = context(certificates, ClientAuth.OPTIONAL);
    }

    private static SslContext context(Certificates certificates, ClientAuth clients) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {certificates.keyManager()}, new TrustManager[] {new ClientTrust()}, null);
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

    private SslContext now() {
        return certificates.asksClients() ? asking : anonymous;
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator alloc, boolean startTls, Executor executor) {
        return timed(newEngine(alloc), startTls, executor);
    }

    @Override
    protected SslHandler newHandler(
            ByteBufAllocator alloc, String peerHost, int peerPort, boolean startTls, Executor executor) {
        return timed(newEngine(alloc, peerHost, peerPort), startTls, executor);
    }

    private SslHandler timed(SSLEngine engine, boolean startTls, Executor executor) {
        NamedHost host = new NamedHost();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setSNIMatchers(List.of(host));
        engine.setSSLParameters(parameters);
        Timed handler = new Timed(engine, startTls, executor, host);
        handler.handshakeFuture().addListener(done -> ended(handler, done));
        return handler;
    }

    private void ended(Timed handler, Future<?> done) {
        Duration began = handler.began;
        if (began == null) {
            // Somebody connected and sent nothing, as checks of ports do.
            return;
        }
        Throwable cause = done.cause();
        String result = cause == null
                ? "success"
                : switch (cause) {
                    case SslHandshakeTimeoutException _ -> "timeout";
                    case ClosedChannelException _ -> "closed";
                    default -> "failure";
                };
        String version = cause == null ? handler.engine().getSession().getProtocol() : "none";
        told.handshake(listener, result, version, clock.get().minus(began));
    }

    /// Knows when the client's first octet came: load balancers open connections long before they use them. And reads
    /// the name in it before the engine does.
    private final class Timed extends SslHandler {
        private final NamedHost host;
        private @Nullable Duration began;
        private boolean read;

        Timed(SSLEngine engine, boolean startTls, Executor executor, NamedHost host) {
            super(engine, startTls, executor);
            this.host = host;
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws SSLException {
            if (!read && ClientHello.whole(in)) {
                read = true;
                String name = ClientHello.serverName(in);
                if (name != null) {
                    host.is(name);
                }
            }
            super.decode(ctx, in, out);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (began == null) {
                began = clock.get();
            }
            super.channelRead(ctx, message);
        }
    }

    @Override
    public boolean isClient() {
        return false;
    }

    @Override
    public List<String> cipherSuites() {
        return anonymous.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation")
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return anonymous.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator alloc) {
        return now().newEngine(alloc);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator alloc, String peerHost, int peerPort) {
        return now().newEngine(alloc, peerHost, peerPort);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return Objects.requireNonNull(anonymous.sessionContext());
    }
}
