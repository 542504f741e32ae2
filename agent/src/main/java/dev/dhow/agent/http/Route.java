package dev.dhow.agent.http;

import dev.dhow.api.http.Paths;

/// Every route there is, and by which doors it answers. A request by another door is refused with 403.
enum Route {
    HEALTHZ(Paths.HEALTHZ, Audience.EVERYBODY),
    READYZ(Paths.READYZ, Audience.EVERYBODY),
    METRICS(Paths.METRICS, Audience.EVERYBODY),
    SERVICES(Paths.SERVICES, Audience.THIS_HOST),
    SERVICE(Paths.service(":service"), Audience.THIS_HOST),
    PLAN(Paths.PLAN, Audience.THIS_HOST);

    private final String pattern;
    private final Audience audience;

    Route(String pattern, Audience audience) {
        this.pattern = pattern;
        this.audience = audience;
    }

    /// The path, with `:name` for what varies.
    String pattern() {
        return pattern;
    }

    /// Whether requests by that door are answered.
    boolean admits(Door door) {
        return switch (door) {
            case SOCKET -> true;
            case LOOPBACK -> true;
            case NETWORK -> audience == Audience.EVERYBODY;
        };
    }

    /// For whom an answer is meant.
    private enum Audience {
        /// It tells nothing that a monitoring system may not know.
        EVERYBODY,
        /// It tells containers' addresses and their answers to checks. What their programs wrote is for the socket
        /// alone, see [WithoutOutput].
        THIS_HOST
    }
}
