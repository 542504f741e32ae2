package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.StrictHttp1;
import io.vertx.core.http.HttpServerOptions;

/// How the proxy listens. What is not written here is Vert.x's default.
final class Listening {
    /// Larger pieces cost a third of the CPU of Vert.x's 8 KiB at 100 KB bodies.
    private static final int CHUNK = 64 * 1024;

    private static final int BACKLOG = 4096;

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
                .setDecompressionSupported(false)
                .setCompressionSupported(false);
    }
}
