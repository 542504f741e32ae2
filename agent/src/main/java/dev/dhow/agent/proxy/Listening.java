package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.StrictHttp1;
import dev.dhow.agent.wire.UploadWindows;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509KeyManager;

/// How the proxy listens. What is not written here is Vert.x's default.
final class Listening {
    /// Larger pieces cost a third of the CPU of Vert.x's 8 KiB at 100 KB bodies.
    private static final int CHUNK = 64 * 1024;

    private static final int BACKLOG = 4096;

    /// From the connection to the end of the handshake.
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /// Requests at once on one connection; what browsers and load balancers expect at least (RFC 9113 §6.5.2).
    static final int STREAMS = 100;
    /// Streams that a client may begin and take back (CVE-2023-44487), or make us take back, in [#RESET_SECONDS].
    private static final int RESETS = 200;

    private static final int RESET_SECONDS = 30;
    /// Frames below 8 KiB that a head may go on in (CVE-2024-27316).
    private static final int CONTINUATIONS = 16;

    private Listening() {}

    static HttpServerOptions plain() {
        return new HttpServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setMaxChunkSize(CHUNK)
                // The strict reader before the codec has limits of its own, which are told apart in its answers.
                .setMaxInitialLineLength(StrictHttp1.headLimit())
                .setMaxHeaderSize(StrictHttp1.headLimit() * 2)
                // Nothing may become HTTP/2 behind the strict reader's back.
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                // Vert.x would agree to a client's offer that the container knows nothing of.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setDecompressionSupported(false)
                .setCompressionSupported(false);
    }

    /// @param keys not asked: Vert.x wants some
    static HttpServerOptions tls(SslContext handshakes, X509KeyManager keys) {
        HttpServerOptions options = plain();
        options.setSsl(true)
                .setUseAlpn(true)
                // Also what is answered at all, not only what is offered: checks of health speak HTTP/1.0.
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1, HttpVersion.HTTP_1_0))
                .setSslHandshakeTimeout(HANDSHAKE.toSeconds())
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setSslEngineOptions(new Engine(handshakes))
                .setInitialSettings(new Http2Settings()
                        .setPushEnabled(false)
                        .setMaxConcurrentStreams(STREAMS)
                        .setInitialWindowSize(UploadWindows.FIRST)
                        .setMaxHeaderListSize(StrictHttp1.headLimit() * 2L))
                .setHttp2ConnectionWindowSize(UploadWindows.ofConnection(STREAMS))
                .setHttp2MultiplexImplementation(false)
                .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
                .setHttp2RstFloodWindowDuration(RESET_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setHttp2MaxSmallContinuationFrames(CONTINUATIONS)
                .setKeyCertOptions(KeyCertOptions.wrap(keys));
        return options;
    }

    /// Gives Vert.x our own way of handshakes.
    private static final class Engine extends SSLEngineOptions {
        private final SslContext handshakes;

        Engine(SslContext handshakes) {
            this.handshakes = handshakes;
        }

        @Override
        public SSLEngineOptions copy() {
            return this;
        }

        @Override
        public SslContextFactory sslContextFactory() {
            return () -> handshakes;
        }
    }
}
