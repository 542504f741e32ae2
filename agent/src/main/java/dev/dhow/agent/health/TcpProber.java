package dev.dhow.agent.health;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.CheckResult.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/// Asks by dialling: a connection that is accepted passes, and is closed at once.
final class TcpProber implements Prober {
    private final NetClient client;
    private final Ticker ticker;

    TcpProber(Vertx vertx, Ticker ticker) {
        this.client = vertx.createNetClient();
        this.ticker = ticker;
    }

    @Override
    public Future<Sample> probe(Check.Probe check, Duration connectTimeout) {
        Duration began = ticker.now();
        if (check.address().isEmpty()) {
            return Future.succeededFuture(fault(check, Fault.NO_ADDRESS, "", began));
        }
        ConnectOptions options = new ConnectOptions()
                .setRemoteAddress(SocketAddress.inetSocketAddress(check.port(), check.address()))
                .setTimeout(Math.clamp(connectTimeout.toMillis(), 1, Integer.MAX_VALUE));
        return client.connect(options).transform((socket, cause) -> {
            if (cause == null) {
                return Future.succeededFuture(accepted(check, socket, began));
            }
            Fault fault = Fault.of(cause);
            return fault == Fault.OURS
                    ? Future.failedFuture(cause)
                    : Future.succeededFuture(fault(check, fault, detail(fault, cause), began));
        });
    }

    Future<Void> close() {
        return client.close();
    }

    private Sample accepted(Check.Probe check, NetSocket socket, Duration began) {
        socket.close();
        CheckResult result = new CheckResult(Kind.TCP, true, ticker.wall(), check.url(), null, null, null, null, null);
        return Sample.answer(result, ticker.now().minus(began));
    }

    private Sample fault(Check.Probe check, Fault fault, String detail, Duration began) {
        return Sample.fault(check, fault, detail, ticker.wall(), ticker.now().minus(began));
    }

    private static String detail(Fault fault, Throwable cause) {
        return fault == Fault.OTHER ? String.valueOf(cause.getMessage()) : "";
    }
}
