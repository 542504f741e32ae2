package dev.dhow.agent.proxy;

import dev.dhow.agent.access.PasswordCheck;
import dev.dhow.agent.access.Passwords;
import dev.dhow.agent.wire.Client;
import dev.dhow.api.status.TrafficStatus;
import dev.dhow.api.status.TrafficStatus.State;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request before it may go on to a container: its login, and whether its service takes requests now. Nothing of its
/// body is read meanwhile.
final class Admission {
    private final Worker worker;
    private final Route route;
    private final HttpServerRequest request;
    private final Client client;
    private final String target;
    private final Visit visit;
    private final boolean body;
    private long since;
    private boolean over;

    /// @param target what is asked for, as the container sees it
    Admission(Worker worker, Route route, HttpServerRequest request, Client client, String target, Visit visit) {
        this.worker = worker;
        this.route = route;
        this.request = request;
        this.client = client;
        this.target = target;
        this.visit = visit;
        body = Exchange.hasBody(request);
    }

    /// @param exempt whether it asks for the application's own health, which goes on whatever the route asks for
    void start(boolean exempt) {
        Rules.Users users = route.rules().users();
        if (exempt) {
            go();
        } else if (standing().is(State.MAINTENANCE)) {
            maintenance();
        } else if (users != null) {
            login(users.now());
        } else {
            proceed();
        }
    }

    private void login(@Nullable Passwords users) {
        Credentials said = Credentials.of(request);
        PasswordCheck logins = worker.logins();
        if (said == null || users == null || logins == null) {
            unknown();
            return;
        }
        hold();
        logins.check(
                users,
                said.user(),
                said.password(),
                client.address(),
                verdict -> worker.run(() -> {
                    if (over) {
                        return;
                    }
                    switch (verdict) {
                        case GOOD -> proceed();
                        case BAD -> unknown();
                        case BUSY ->
                            refuse(503, "logins", "too many logins at once; try again", Map.of("Retry-After", "1"));
                    }
                }));
    }

    private void unknown() {
        String realm = "Basic realm=\"%s\", charset=\"UTF-8\"".formatted(route.service());
        refuse(401, "basic_auth", "a user and a password are needed here", Map.of("WWW-Authenticate", realm));
    }

    /// Goes on, waits, or ends, by how the service stands now.
    void proceed() {
        if (over) {
            return;
        }
        if (standing().is(State.MAINTENANCE)) {
            maintenance();
        } else if (standing().is(State.PAUSED) || worker.waiting().any(service())) {
            hold();
            if (!worker.waiting().add(this)) {
                giveUp();
            }
        } else {
            go();
        }
    }

    private void hold() {
        if (since == 0) {
            since = worker.nanos();
            request.pause();
            request.response().closeHandler(_ -> gone());
            request.response().exceptionHandler(_ -> gone());
        }
    }

    private void gone() {
        if (!over) {
            over = true;
            worker.waiting().remove(this);
            visit.ended(499);
        }
    }

    private void go() {
        over = true;
        new Exchange(worker, route, request, client, target, visit).start();
    }

    private void maintenance() {
        over = true;
        worker.listener().rejected("maintenance");
        visit.because("%s is in maintenance".formatted(service()));
        TrafficStatus why = standing().now();
        Pages.maintenance(route, request, why, unread());
    }

    /// It has waited for as long as it may, or too many do.
    void giveUp() {
        refuse(503, "pause", "this service is paused; try again", Map.of("Retry-After", "10"));
    }

    private void refuse(int status, String reason, String line, Map<String, String> fields) {
        over = true;
        worker.listener().rejected(reason);
        visit.because(line);
        Pages.answer(route, request, status, line, fields, unread());
    }

    private boolean unread() {
        return body && !request.isEnded();
    }

    boolean tired(long now) {
        return now - since > Waiting.MOST.toNanos();
    }

    String service() {
        return route.service();
    }

    Standing standing() {
        return route.rules().standing();
    }
}
