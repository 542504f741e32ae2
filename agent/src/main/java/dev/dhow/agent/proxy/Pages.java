package dev.dhow.agent.proxy;

import dev.dhow.api.status.TrafficStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the proxy answers for a route in its containers' stead: the operator's page where there is one for that status,
/// else a line of text.
final class Pages {
    private static final CharSequence HTML = HttpHeaders.createOptimized("text/html; charset=utf-8");
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");
    /// Seconds; nobody knows how long it takes.
    private static final String MAINTENANCE_ENDS = "60";
    private static final String OURS = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Maintenance</title>
        <style>body{font:18px/1.5 sans-serif;max-width:36em;margin:20vh auto;padding:0 1em}p{white-space:pre-line}</style>
        </head>
        <body>
        <h1>Down for maintenance</h1>
        <p>{{message}}</p>
        </body>
        </html>
        """;
    private static final ErrorPage MAINTENANCE = new ErrorPage(OURS);

    private Pages() {}

    /// @param line what is said where there is no page
    /// @param close whether the connection ends with it
    static void answer(Route route, HttpServerRequest request, int status, String line, boolean close) {
        answer(route, request, status, line, Map.of(), close);
    }

    /// @param fields set on the answer
    static void answer(
            Route route,
            HttpServerRequest request,
            int status,
            String line,
            Map<String, String> fields,
            boolean close) {
        if (Answers.begun(request)) {
            return;
        }
        route.spec().serving().responseHeaders().forEach(request.response()::putHeader);
        fields.forEach(request.response()::putHeader);
        ErrorPage page = route.rules().page(status);
        if (page == null) {
            Answers.text(request, status, line, close);
        } else {
            Answers.send(request, status, HTML, page.with("").getBytes(StandardCharsets.UTF_8), close);
        }
    }

    /// The answer while the service is in maintenance.
    static void maintenance(Route route, HttpServerRequest request, @Nullable TrafficStatus why, boolean close) {
        if (Answers.begun(request)) {
            return;
        }
        String message = why == null || why.message() == null ? "" : why.message();
        route.spec().serving().responseHeaders().forEach(request.response()::putHeader);
        request.response().putHeader(RETRY_AFTER, MAINTENANCE_ENDS);
        ErrorPage page = Objects.requireNonNullElse(route.rules().page(503), MAINTENANCE);
        Answers.send(request, 503, HTML, page.with(message).getBytes(StandardCharsets.UTF_8), close);
    }
}
