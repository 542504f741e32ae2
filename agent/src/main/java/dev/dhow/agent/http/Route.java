package dev.dhow.agent.http;

import dev.dhow.api.http.Paths;
import io.vertx.core.http.HttpMethod;

/// Every route there is, and by which doors it answers. A request by another door is refused with 403.
enum Route {
    HEALTHZ(HttpMethod.GET, Paths.HEALTHZ, Audience.EVERYBODY),
    READYZ(HttpMethod.GET, Paths.READYZ, Audience.EVERYBODY),
    METRICS(HttpMethod.GET, Paths.METRICS, Audience.EVERYBODY),
    SERVICES(HttpMethod.GET, Paths.SERVICES, Audience.THIS_HOST),
    SERVICE(HttpMethod.GET, Paths.SERVICES + "/:service", Audience.THIS_HOST),
    HISTORY(HttpMethod.GET, Paths.SERVICES + "/:service/history", Audience.THIS_HOST),
    PLAN(HttpMethod.GET, Paths.PLAN, Audience.THIS_HOST),
    HOST(HttpMethod.GET, Paths.HOST, Audience.THIS_HOST),
    PROBES(HttpMethod.GET, Paths.PROBES, Audience.THIS_HOST),
    CERTIFICATES(HttpMethod.GET, Paths.CERTIFICATES, Audience.THIS_HOST),
    APPLY(HttpMethod.PUT, Paths.SERVICES + "/:service", Audience.WRITERS),
    REMOVE(HttpMethod.DELETE, Paths.SERVICES + "/:service", Audience.WRITERS),
    ROLLBACK(HttpMethod.POST, Paths.SERVICES + "/:service/rollback", Audience.WRITERS),
    RETRY(HttpMethod.POST, Paths.SERVICES + "/:service/retry", Audience.WRITERS),
    UPDATE(HttpMethod.POST, Paths.SERVICES + "/:service/update", Audience.WRITERS),
    RESTART(HttpMethod.POST, Paths.SERVICES + "/:service/restart", Audience.WRITERS),
    HOLD(HttpMethod.POST, Paths.SERVICES + "/:service/hold", Audience.WRITERS),
    UNHOLD(HttpMethod.POST, Paths.SERVICES + "/:service/unhold", Audience.WRITERS),
    PAUSE(HttpMethod.POST, Paths.SERVICES + "/:service/pause", Audience.WRITERS),
    RESUME(HttpMethod.POST, Paths.SERVICES + "/:service/resume", Audience.WRITERS),
    MAINTENANCE(HttpMethod.POST, Paths.SERVICES + "/:service/maintenance", Audience.WRITERS),
    VALIDATE(HttpMethod.POST, Paths.VALIDATE, Audience.WRITERS),
    PLAN_TEXT(HttpMethod.POST, Paths.PLAN, Audience.WRITERS),
    DRAIN(HttpMethod.POST, Paths.DRAIN, Audience.WRITERS),
    UNDRAIN(HttpMethod.POST, Paths.UNDRAIN, Audience.WRITERS),
    CONFIRM_REMOVAL(HttpMethod.POST, Paths.CONFIRM_REMOVAL, Audience.WRITERS);

    private final HttpMethod method;
    private final String pattern;
    private final Audience audience;

    Route(HttpMethod method, String pattern, Audience audience) {
        this.method = method;
        this.pattern = pattern;
        this.audience = audience;
    }

    /// The method it answers; GET is for HEAD too.
    HttpMethod method() {
        return method;
    }

    /// The path, with `:name` for what varies.
    String pattern() {
        return pattern;
    }

    /// Whether it takes something from the client.
    boolean writes() {
        return audience == Audience.WRITERS;
    }

    /// Whether requests by that door are answered.
    boolean admits(Door door) {
        return switch (door) {
            case SOCKET -> true;
            case LOOPBACK -> audience != Audience.WRITERS;
            case NETWORK -> audience == Audience.EVERYBODY;
        };
    }

    /// For whom an answer is meant.
    private enum Audience {
        /// It tells nothing that a monitoring system may not know.
        EVERYBODY,
        /// It tells containers' addresses and their answers to checks. What their programs wrote is for the socket
        /// alone, see [WithoutOutput].
        THIS_HOST,
        /// It changes something, or works on a text that is sent. Nobody on TCP says who he is.
        WRITERS
    }
}
