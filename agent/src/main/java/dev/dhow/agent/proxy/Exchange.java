package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.AnswerListener;
import dev.dhow.agent.upstream.Fault;
import dev.dhow.agent.upstream.Part;
import dev.dhow.agent.upstream.RequestHead;
import dev.dhow.agent.upstream.Upstream;
import dev.dhow.agent.upstream.Upstreams;
import dev.dhow.agent.wire.Client;
import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.ResponseHead;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request on its way to a container and its answer on its way back, on one event loop.
///
/// It holds a claim on its target from before the first octet is sent until after the last one came. It ends once, by
/// whatever comes first: the end of the answer, a fault of either side, its time, or the end of a drain.
final class Exchange implements Upstreams.Caller, AnswerListener {
    private final Worker worker;
    private final Route route;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Heads.Onward head;
    private final String target;
    private final long began;
    private final Visit visit;
    private final List<Endpoint> tried = new ArrayList<>(1);
    private final boolean upgrade;
    private final boolean body;
    private final Sticky.@Nullable Client sticky;
    private @Nullable Endpoint claimed;
    private @Nullable Upstream upstream;
    private @Nullable Upgrade tunnel;
    private @Nullable Upload upload;
    private @Nullable Download download;
    private long headSince;
    private long headTook = -1;
    private boolean waiting;
    private boolean sent;
    private boolean endless;
    private boolean over;

    /// @param target what is asked for, as the container sees it
    Exchange(Worker worker, Route route, HttpServerRequest request, Client client, String target, Visit visit) {
        this.worker = worker;
        this.route = route;
        this.request = request;
        this.target = target;
        this.visit = visit;
        response = request.response();
        began = worker.nanos();
        body = hasBody(request);
        // With a body it is a request like others: were the body left out, the next request would be read as it.
        upgrade = !body && Upgrade.asked(request);
        head = Heads.request(request, client, upgrade, worker.id(), worker.millis());
        Sticky rule = route.rules().sticky();
        sticky = rule == null ? null : rule.of(request, client.https());
    }

    /// Whether a request says that a body follows.
    static boolean hasBody(HttpServerRequest request) {
        MultiMap headers = request.headers();
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        if (length != null) {
            return !length.equals("0");
        }
        return headers.contains(HttpHeaders.TRANSFER_ENCODING)
                || (request.version() == HttpVersion.HTTP_2 && !request.isEnded());
    }

    Route route() {
        return route;
    }

    @Nullable
    Endpoint claimed() {
        return claimed;
    }

    /// The container that was asked last; null: none was.
    @Nullable
    Endpoint last() {
        return tried.isEmpty() ? null : tried.getLast();
    }

    /// Nanoseconds until the container's head; -1: there was none.
    long headTook() {
        return headTook;
    }

    /// What the request goes by, in logs of ours and of applications.
    String id() {
        return head.id();
    }

    boolean upgraded() {
        return tunnel != null && tunnel.open();
    }

    /// Whether its container takes no more requests.
    boolean leaves() {
        return claimed != null && claimed.closed();
    }

    /// Ends it where one side keeps the other waiting longer than it may.
    void sweep(long now) {
        Duration patience = route.spec().serving().responseTimeout();
        Upload up = upload;
        Download down = download;
        if ((waiting && now - headSince > patience.toNanos()) || (up != null && up.stuck(now, patience))) {
            worker.listener().upstreamError(route.service(), route.role(), "timeout");
            answer(504, "the container of this service did not answer in time");
        } else if (up != null && headTook < 0 && up.starved(now, Worker.BODY_STALL)) {
            answer(408, "the request's body did not go on for %d s".formatted(Worker.BODY_STALL.toSeconds()));
        } else if (down != null && down.stuck(now, Worker.READ_STALL)) {
            abandon();
            hangUp();
            end(499);
        }
    }

    void start() {
        request.pause();
        visit.sentBy(this);
        worker.began(this);
        response.closeHandler(_ -> clientGone());
        response.exceptionHandler(_ -> clientGone());
        Long most = route.spec().serving().maxRequestBody();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (most != null && length != null && Long.parseLong(length) > most) {
            answer(413, tooLargeFor(most));
            return;
        }
        dial();
    }

    private void dial() {
        Endpoint next = sticky == null
                ? route.pool().claim(tried, worker.nanos())
                : route.pool().claim(tried, worker.nanos(), sticky::knows);
        if (next == null) {
            answer(
                    tried.isEmpty() ? 503 : 502,
                    tried.isEmpty()
                            ? "no container of this service takes requests"
                            : "no container of this service answers");
            return;
        }
        claimed = next;
        tried.add(next);
        waiting = true;
        headSince = worker.nanos();
        // A repeated one gets no kept connection: all of them may have closed at once.
        worker.upstreams().dial(next.address(), this, sent);
    }

    @Override
    public void refused(Upstreams.Refused why) {
        // No octet of the request was sent: another container may have it, whatever the request is.
        Endpoint refusing = claimed;
        claimed = null;
        boolean busy = why == Upstreams.Refused.BUSY;
        worker.listener().upstreamError(route.service(), route.role(), busy ? "busy" : "connect");
        if (refusing != null) {
            if (!busy) {
                refusing.suspect(worker.nanos() + Worker.SUSPECT.toNanos());
            }
            refusing.release();
        }
        dial();
    }

    @Override
    public void connected(Upstream to) {
        upstream = to;
        waiting = true;
        headSince = worker.nanos();
        if (upgrade) {
            tunnel = new Upgrade(this, to);
        } else if (body && request.headers().contains(HttpHeaders.EXPECT)) {
            response.writeContinue();
        }
        RequestHead.Framing framing = !body || upgrade
                ? RequestHead.Framing.NONE
                : head.sized() ? RequestHead.Framing.LENGTH : RequestHead.Framing.CHUNKS;
        to.ask(new RequestHead(request.method().name(), target, head.fields(), framing), this);
        if (framing != RequestHead.Framing.NONE && !over) {
            upload(to);
        }
    }

    private void upload(Upstream to) {
        // The time for the container's head begins when it has the whole request.
        waiting = false;
        Long most = route.spec().serving().maxRequestBody();
        Upload passing = new Upload(request, to, most, worker::nanos, new Upload.Listener() {
            @Override
            public void passed(int octets) {
                worker.on(request, connection -> connection.passed(request, octets));
            }

            @Override
            public void whole() {
                waiting = headTook < 0;
                headSince = worker.nanos();
            }

            @Override
            public void tooLarge(long most) {
                answer(413, tooLargeFor(most));
            }

            @Override
            public void broken() {
                answer(400, "the request's body cannot be read");
            }
        });
        upload = passing;
        passing.start();
    }

    private static String tooLargeFor(long most) {
        return "the request's body is larger than %d bytes".formatted(most);
    }

    @Override
    public void head(ResponseHead from) {
        if (from.status() == 101) {
            Upgrade asked = tunnel;
            if (asked != null) {
                waiting = false;
                headTook = worker.nanos() - headSince;
                asked.agreed(from);
                return;
            }
            // Nobody asked it to become something else.
            worker.listener().upstreamError(route.service(), route.role(), "reset");
            answer(502, "the container of this service answered something else than was asked");
            return;
        }
        tunnel = null;
        waiting = false;
        headTook = worker.nanos() - headSince;
        sent = true;
        response.setStatusCode(from.status());
        if (request.version() != HttpVersion.HTTP_2 && !from.reason().equals(response.getStatusMessage())) {
            response.setStatusMessage(from.reason());
        }
        Heads.response(from.fields(), response.headers(), route.spec().serving().responseHeaders());
        if (sticky != null && claimed != null) {
            sticky.tell(claimed, response.headers());
        }
        if (from.body() == ResponseHead.UNKNOWN) {
            response.setChunked(true);
            // It knows no chunks: the end of the connection is the end of the answer.
            endless = request.version() == HttpVersion.HTTP_1_0;
        }
        Upstream to = upstream;
        if (to != null) {
            download = new Download(from, to, response, worker::nanos);
        }
    }

    @Override
    public void pause() {
        if (download != null && !response.headWritten()) {
            response.writeHead();
        }
    }

    @Override
    public void part(Part part) {
        if (tunnel != null) {
            tunnel.part(part);
        } else if (download != null) {
            download.pass(part);
        } else {
            part.drop();
        }
    }

    @Override
    public void end(List<Field> trailers) {
        upstream = null;
        if (tunnel != null) {
            tunnel.close();
            return;
        }
        Download passing = download;
        if (over || passing == null) {
            return;
        }
        Future<Void> ended = passing.end(trailers);
        if (endless) {
            ended.onComplete(_ -> worker.hangUp(request));
        }
        if (upload != null && !upload.whole()) {
            // It answered without wanting the rest.
            upload.stop();
            ended.onComplete(_ -> Leftover.discard(request, false));
        }
        end(response.getStatusCode());
    }

    @Override
    public void broke(Fault fault) {
        upstream = null;
        if (upgraded()) {
            drained();
            return;
        }
        if (headTook >= 0) {
            cut("reset");
            return;
        }
        waiting = false;
        Endpoint broken = claimed;
        // A connection that was kept open may close as it is used. What is safe to repeat, and has no body, is
        // asked again once (RFC 9110 §9.2.2).
        boolean again = fault == Fault.SILENT && safe() && !sent && !body && tried.size() == 1;
        if (again && broken != null) {
            claimed = null;
            sent = true;
            broken.release();
            tried.clear();
            dial();
            return;
        }
        worker.listener().upstreamError(route.service(), route.role(), "reset");
        answer(502, "the container of this service broke the connection off");
    }

    private boolean safe() {
        HttpMethod method = request.method();
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD) || method.equals(HttpMethod.OPTIONS);
    }

    /// The drain of its container is over, or an upgraded connection ends with the begin of it.
    void drained() {
        Upgrade open = tunnel;
        if (open != null && headTook >= 0) {
            open.close();
        } else {
            answer(504, "the container of this service was replaced before it answered");
        }
    }

    /// Answers in the container's stead, where no answer has begun; else the connection breaks, so that nobody takes a
    /// part for the whole.
    void answer(int status, String line) {
        if (over) {
            return;
        }
        if (headTook >= 0) {
            cut("reset");
            return;
        }
        abandon();
        visit.because(line);
        Pages.answer(route, request, status, line, body && !request.isEnded());
        end(status);
    }

    private void cut(String reason) {
        if (over) {
            return;
        }
        worker.listener().upstreamError(route.service(), route.role(), reason);
        abandon();
        hangUp();
        end(502);
    }

    private void hangUp() {
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset();
        } else {
            worker.hangUp(request);
        }
    }

    private void clientGone() {
        if (!over) {
            abandon();
            end(499);
        }
    }

    private void abandon() {
        if (upload != null) {
            upload.stop();
        }
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
    }

    /// Nothing of it is left; its claim goes last.
    void end(int status) {
        if (over) {
            return;
        }
        over = true;
        worker.ended(this);
        Endpoint held = claimed;
        claimed = null;
        if (held != null) {
            held.release();
        }
        int code = visit.ended(status);
        worker.listener()
                .ended(new ProxyListener.Ended(
                        route.service(),
                        route.role(),
                        request.method().name(),
                        code,
                        Duration.ofNanos(worker.nanos() - began),
                        headTook < 0 ? null : Duration.ofNanos(headTook),
                        tunnel != null));
    }

    HttpServerRequest request() {
        return request;
    }

    Worker worker() {
        return worker;
    }

    @Override
    public boolean over() {
        return over;
    }
}
