package dev.dhow.agent.proxy;

import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;

/// How the proxy connects to containers. What is not written here is Vert.x's default.
final class Dialling {
    private static final int CONNECTIONS_PER_TARGET = 512;
    private static final int WAITING_PER_TARGET = 512;
    /// Shorter than applications keep connections (Node.js: 5 s), else requests meet closed ones.
    private static final int KEEP_ALIVE_SECONDS = 4;

    private static final int CONNECT_MILLIS = 5_000;

    private Dialling() {}

    static HttpClientOptions client() {
        return new HttpClientOptions()
                .setMaxChunkSize(Listening.CHUNK)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxHeaderSize(64 * 1024)
                .setMaxInitialLineLength(16 * 1024);
    }

    /// Of one loop.
    static PoolOptions pool() {
        return new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_TARGET).setMaxWaitQueueSize(WAITING_PER_TARGET);
    }
}
