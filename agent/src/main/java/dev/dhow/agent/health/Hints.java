package dev.dhow.agent.health;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The likely fix of a failed check, in words of the service file. Pure tables, no promises.
final class Hints {
    private Hints() {}

    /// Of an answer whose status code does not pass.
    static String status(int status, @Nullable String location, Check.Http check) {
        if (status >= 300 && status < 400) {
            return redirect(location);
        }
        return switch (status) {
            case 401, 407 ->
                "the path asks for a login: set healthcheck.http.path to one that does not, or send what it wants with"
                        + " healthcheck.http.headers";
            case 400, 403, 421 ->
                "the app may refuse the Host \"%s\": set healthcheck.http.host to a name that it allows, or"
                                .formatted(check.host())
                        + " healthcheck.http.path to a path without a login";
            case 404, 410 -> "set healthcheck.http.path to a path that the app answers with 2xx";
            case 405, 501 -> "the app refuses GET there: set healthcheck.http.path to a path that takes it";
            case 426 ->
                "the app wants another protocol on this port: set healthcheck.http.port, or use healthcheck.tcp";
            case 429 -> "the app limits its visitors: exempt the health path, or raise healthcheck.interval";
            default ->
                status >= 500
                        ? "the app answers and fails: see the container's log"
                        : "only %d-%d pass: set healthcheck.http.expect or healthcheck.http.path"
                                .formatted(check.expectFrom(), check.expectTo());
        };
    }

    /// Of a probe without an answer; null: nothing sensible to say.
    static @Nullable String fault(Fault fault, Check.Probe probe) {
        boolean http = probe instanceof Check.Http;
        String portKey = http ? "proxy.app_port (or healthcheck.http.port)" : "healthcheck.tcp.port";
        return switch (fault) {
            case REFUSED ->
                "nothing listens on port %d of the container, or only on its 127.0.0.1: set %s to the app's port, or"
                                .formatted(probe.port(), portKey)
                        + " make the app listen on 0.0.0.0";
            case UNREACHABLE, CONNECT_TIMEOUT ->
                "the host cannot reach the container's network: look for a firewall rule, or for a network that is"
                        + " internal or gone";
            case TIMEOUT ->
                "the app took the connection and did not answer in time: raise healthcheck.timeout, or make"
                        + " healthcheck.http.path a page that does less";
            case CLOSED, NOT_HTTP ->
                "the port does not speak plain HTTP (is it HTTPS?): set %s to one that does, or use healthcheck.tcp"
                        .formatted(portKey);
            case NO_ADDRESS -> "the container is in no network: use healthcheck.test, or give it a network";
            case BAD_REQUEST -> "look at healthcheck.http.path, host and headers";
            case OURS, OTHER -> null;
        };
    }

    /// Of a test that Docker ran in the container; null: nothing sensible to say.
    static @Nullable String dockerTest(int exitCode, String output) {
        String text = output.toLowerCase(Locale.ROOT);
        if (exitCode == 127 || text.contains("executable file not found") || text.contains("no such file")) {
            return "the image does not have that command: set healthcheck.test to one that it has; a CMD is no shell"
                    + " line, that is CMD-SHELL";
        }
        if (exitCode == 126 || text.contains("permission denied")) {
            return "the container's user may not run that command: look at its mode, or at user";
        }
        return exitCode < 0 ? "the test takes longer than healthcheck.timeout: raise it" : null;
    }

    /// Of a process that ended; null: nothing sensible to say.
    static @Nullable String exit(int exitCode, boolean oomKilled) {
        if (oomKilled) {
            return "it needed more memory than it has: raise mem_limit";
        }
        return switch (exitCode) {
            case 126 -> "the command cannot be run: is it executable, and built for this machine?";
            case 127 -> "the command was not found: look at command and entrypoint";
            case 137 -> "it was killed: for want of memory (mem_limit), or because it ignored its stop signal";
            case 139 -> "it crashed (segmentation fault)";
            default -> null;
        };
    }

    private static String redirect(@Nullable String location) {
        if (location != null && location.toLowerCase(Locale.ROOT).startsWith("https:")) {
            return "the app redirects to HTTPS, and redirects are not followed: where TLS ends before it, set"
                    + " proxy.assume_https, and requests and checks say X-Forwarded-Proto: https; else exempt the"
                    + " health path in the app, or set healthcheck.http.headers";
        }
        return "redirects are not followed: set healthcheck.http.path to where it leads, or healthcheck.http.expect to"
                + " 200-399 if the redirect proves enough";
    }
}
