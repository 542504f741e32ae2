package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.wire.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Begins the handshakes of a listener, each with what is in force at that moment, so that nothing has to be opened
/// again when a certificate is swapped or the first role asks for client certificates; and says how they went.
final class Handshakes extends SslContext {
    private final String listener;
    private final Certificates certificates;
    private final ProxyListener told;
    private final Supplier<Duration> clock;
    private final Contexts usual;
    /// For keys that BoringSSL does not sign with; null: nobody needed them yet.
    private volatile @Nullable Contexts jdk;

    /// @param asking of its own, and so are its sessions: none that began without a certificate is taken up by it
    private record Contexts(SslContext anonymous, SslContext asking) {
        static Contexts of(TlsLibrary library, Certificates certificates) {
            X509ExtendedKeyManager keys = certificates.keyManager();
            return new Contexts(library.context(keys, ClientAuth.NONE), library.context(keys, ClientAuth.OPTIONAL));
        }
    }

    /// @param clock monotonic
    Handshakes(
            TlsLibrary library,
            String listener,
            Certificates certificates,
            ProxyListener told,
            Supplier<Duration> clock) {
        this.listener = listener;
        this.certificates = certificates;
        this.told = told;
        this.clock = clock;
        usual = Contexts.of(library, certificates);
        jdk = library == TlsLibrary.JDK ? usual : null;
    }

    private SslContext now() {
        Contexts those = certificates.onlyCommonKeys() ? usual : jdk();
        return certificates.asksClients() ? those.asking() : those.anonymous();
    }

    private Contexts jdk() {
        Contexts made = jdk;
        if (made == null) {
            // Two loops may both make some; either will do.
            made = Contexts.of(TlsLibrary.JDK, certificates);
            jdk = made;
        }
        return made;
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
        Timed handler = new Timed(engine, startTls, executor, Sessions.of(engine));
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
    /// in it which session may be taken up again, before the engine does.
    private final class Timed extends SslHandler {
        private final Sessions sessions;
        private @Nullable Duration began;
        private boolean read;

        Timed(SSLEngine engine, boolean startTls, Executor executor, Sessions sessions) {
            super(engine, startTls, executor);
            this.sessions = sessions;
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws SSLException {
            if (!read && ClientHello.whole(in)) {
                read = true;
                sessions.began(in);
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
        return usual.anonymous().cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation")
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return usual.anonymous().applicationProtocolNegotiator();
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
        return Objects.requireNonNull(usual.anonymous().sessionContext());
    }
}
