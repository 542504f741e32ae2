package dev.dhow.agent.health;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.CheckResult.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Asks by HTTP: a new connection for each probe, which is closed after the head and at most [#BODY_LIMIT] bytes of the
/// body, and in any case after the timeout. So neither an endless body nor one that trickles holds anything for longer.
final class HttpProber implements Prober {
    /// Bytes of a body that are kept for showing.
    static final int BODY_LIMIT = 1024;

    private static final int HEADER_LIMIT = 32 * 1024;
    private static final String USER_AGENT = "dhow-check";

    private final Vertx vertx;
    private final Ticker ticker;
    private final HttpClientAgent client;

    HttpProber(Vertx vertx, Ticker ticker) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false).setMaxHeaderSize(HEADER_LIMIT));
    }

    @Override
    public Future<Sample> probe(Check.Probe check, Duration connectTimeout) {
        if (!(check instanceof Check.Http http)) {
            throw new IllegalArgumentException("no HTTP check: " + check.url());
        }
        return new Attempt(http).start(connectTimeout);
    }

    Future<Void> close() {
        return client.close();
    }

    /// One probe. All of it runs on one context, so there is nothing to guard.
    private final class Attempt {
        private final Check.Http check;
        private final Promise<Sample> promise = Promise.promise();
        private final Duration began = ticker.now();
        private final Buffer body = Buffer.buffer();
        private @Nullable HttpClientConnection connection;
        private @Nullable HttpClientResponse response;
        private long timer = -1;
        private long connectTimer = -1;
        private boolean done;

        private Attempt(Check.Http check) {
            this.check = check;
        }

        private Future<Sample> start(Duration connectTimeout) {
            if (check.address().isEmpty()) {
                failed(Fault.NO_ADDRESS, "");
                return promise.future();
            }
            if (!sendable()) {
                failed(Fault.BAD_REQUEST, "characters that no request line or header may have");
                return promise.future();
            }
            timer = vertx.setTimer(
                    millis(check.pace().timeout()), _ -> timedOut(check.pace().timeout()));
            // The client's own connect timeout is one for all: a timer per probe is not.
            connectTimer = vertx.setTimer(millis(connectTimeout), _ -> timedOut(connectTimeout));
            client.connect(new HttpConnectOptions()
                            .setServer(SocketAddress.inetSocketAddress(check.port(), check.address()))
                            .setHost(check.address())
                            .setPort(check.port()))
                    .onSuccess(this::connected)
                    .onFailure(this::broke);
            return promise.future();
        }

        /// Asked before dialling: what the encoder refuses would leave a connection without a request.
        private boolean sendable() {
            boolean line = visible(check.path()) && visible(check.host());
            return line
                    && check.headers().entrySet().stream()
                            .allMatch(header -> visible(header.getKey())
                                    && header.getValue().chars().noneMatch(Character::isISOControl));
        }

        private void connected(HttpClientConnection opened) {
            connection = opened;
            vertx.cancelTimer(connectTimer);
            // Without a handler Vert.x logs each of these as an error of its own.
            opened.exceptionHandler(this::broke);
            if (done) {
                opened.close();
                return;
            }
            RequestOptions options;
            try {
                options = request();
            } catch (IllegalArgumentException e) {
                failed(Fault.BAD_REQUEST, String.valueOf(e.getMessage()));
                return;
            }
            opened.request(options)
                    .compose(request -> request.exceptionHandler(this::broke).send())
                    .onSuccess(this::answered)
                    .onFailure(this::broke);
        }

        private RequestOptions request() {
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setURI(check.path())
                    .putHeader(HttpHeaders.USER_AGENT, USER_AGENT)
                    .putHeader(HttpHeaders.ACCEPT, "*/*");
            // What the file says goes over what we say; Host and the end of the connection are settled by the check.
            check.headers().forEach(options::putHeader);
            return options.putHeader(HttpHeaders.HOST, check.host()).putHeader(HttpHeaders.CONNECTION, "close");
        }

        private void answered(HttpClientResponse arrived) {
            response = arrived;
            arrived.exceptionHandler(this::broke);
            arrived.handler(chunk -> {
                body.appendBuffer(chunk.slice(0, Math.min(chunk.length(), BODY_LIMIT - body.length())));
                if (body.length() >= BODY_LIMIT) {
                    finish(arrived);
                }
            });
            arrived.endHandler(_ -> finish(arrived));
        }

        private void finish(HttpClientResponse arrived) {
            int status = arrived.statusCode();
            boolean ok = check.expects(status);
            String sent = arrived.getHeader(HttpHeaders.LOCATION);
            String location = sent == null ? null : Words.tame(sent, BODY_LIMIT);
            end(Sample.answer(
                    new CheckResult(
                            Kind.HTTP,
                            ok,
                            ticker.wall(),
                            check.url(),
                            status,
                            location,
                            Words.tame(body.toString(StandardCharsets.UTF_8), BODY_LIMIT),
                            null,
                            ok ? null : Hints.status(status, location, check)),
                    took()));
        }

        private void timedOut(Duration after) {
            Fault fault = connection == null ? Fault.CONNECT_TIMEOUT : Fault.TIMEOUT;
            String head = response == null ? "" : ", after the head with status " + response.statusCode();
            failed(fault, Words.time(after) + head);
        }

        private void broke(Throwable cause) {
            if (done) {
                return;
            }
            Fault fault = Fault.of(cause);
            if (fault == Fault.OURS) {
                stop();
                promise.fail(cause);
                return;
            }
            boolean selfSaying = fault != Fault.OTHER && fault != Fault.NOT_HTTP;
            failed(fault, selfSaying ? "" : String.valueOf(cause.getMessage()));
        }

        private void failed(Fault fault, String detail) {
            end(Sample.fault(check, fault, detail, ticker.wall(), took()));
        }

        private void end(Sample sample) {
            if (done) {
                return;
            }
            stop();
            promise.complete(sample);
        }

        private void stop() {
            done = true;
            vertx.cancelTimer(timer);
            vertx.cancelTimer(connectTimer);
            if (connection != null) {
                connection.close();
            }
        }

        private Duration took() {
            return ticker.now().minus(began);
        }
    }

    private static boolean visible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /// At least one: zero would mean "never" or be refused.
    private static long millis(Duration duration) {
        return Math.max(1, duration.toMillis());
    }
}
