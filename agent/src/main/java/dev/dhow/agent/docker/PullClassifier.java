package dev.dhow.agent.docker;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells why a pull failed. All that the Engine gives is a text: its status is 404 or 500 whatever the registry's
/// was, and each version and image store words it differently. Pure.
final class PullClassifier {
    /// What is quoted there is not what was said: an image may be called `eof` or live at `/denied`.
    private static final Pattern URL = Pattern.compile("https?://[^\\s\"]*[^\\s\":,.)]");

    /// `unexpected HTTP status: 503 …`, `error parsing HTTP 429 response body`, `unexpected status code
    /// URL: 502 …`, `unexpected status from HEAD request to URL: 401 …`.
    private static final Pattern STATUS = Pattern.compile(
            "(?:http status:? |parsing http |unexpected status(?: code)?(?: from \\w+ request to)?(?: \\S+?:|:)?"
                    + " )(\\d{3})\\b");

    private static final Pattern RETRY =
            Pattern.compile("(?:retry[- ]after|try again (?:in|after)|retry in)\\W{1,3}(\\d{1,6}(?:\\.\\d+)?)"
                    + " ?(ns|µs|us|ms|milli|s\\b|sec|m\\b|min|h\\b|hour|$|\\W)");

    private record Rule(Kind kind, Pattern words) {
        static Rule of(Kind kind, String... alternatives) {
            return new Rule(kind, Pattern.compile(String.join("|", alternatives)));
        }
    }

    /// In this order: a full disk explains whatever else is said; a registry that names the image knows
    /// more than the status it answered with; words of the network come last, because they are the
    /// shortest.
    private static final List<Rule> BEFORE_STATUS = List.of(
            Rule.of(Kind.DISK_FULL, "no space left on device", "disk quota exceeded"),
            Rule.of(Kind.RATE_LIMITED, "toomanyrequests", "too many requests", "rate limit", "rate exceeded"),
            Rule.of(
                    Kind.AUTH,
                    "docker login'?: denied: (?!requested access to the resource)",
                    "token has expired",
                    "incorrect username or password",
                    "invalid username/password",
                    "no basic auth credentials",
                    "unauthorized:",
                    "access forbidden",
                    "requested access to the resource is not authorized",
                    "permission \\S+ denied"),
            // One text for a repository that is missing and for one that is hidden; a missing one is the likelier.
            Rule.of(
                    Kind.IMAGE_NOT_FOUND,
                    "repository does not exist",
                    "manifest unknown",
                    "manifest for .* not found",
                    "name unknown",
                    "name_unknown",
                    "no such image",
                    "no matching manifest",
                    "no match for platform",
                    "does not match the specified platform",
                    "unknown: (?:artifact|repository|project) .* not found"));

    private static final List<Rule> AFTER_STATUS = List.of(
            Rule.of(
                    Kind.AUTH,
                    "unauthorized",
                    "authentication required",
                    "authorization failed",
                    "access denied",
                    "(?:^|[: ])denied(?:$|:)",
                    "403 forbidden"),
            Rule.of(
                    Kind.REGISTRY,
                    "dial (?:tcp|udp)",
                    "i/o timeout",
                    "no such host",
                    "no route to host",
                    "network is unreachable",
                    "name resolution",
                    "server misbehaving",
                    "connection refused",
                    "connection reset",
                    "broken pipe",
                    "use of closed network connection",
                    "proxyconnect",
                    "tls:",
                    "tls handshake",
                    "x509:",
                    "http response to https client",
                    "client\\.timeout",
                    "context deadline exceeded",
                    "request canceled",
                    "verification failed",
                    "failed precondition",
                    "short read",
                    "unexpected eof",
                    "\\beof$",
                    "\\b50[0-9] [a-z]"),
            Rule.of(Kind.IMAGE_NOT_FOUND, "not found"));

    private PullClassifier() {}

    /// @param status of the Engine's answer; 500 for an error inside the stream
    static Kind kind(int status, String said) {
        String text = URL.matcher(said.strip().toLowerCase(Locale.ROOT)).replaceAll("url");
        Kind told = first(BEFORE_STATUS, text);
        if (told == null) {
            told = byRegistrysStatus(text);
        }
        if (told == null) {
            told = first(AFTER_STATUS, text);
        }
        return told == null ? byStatus(status) : told;
    }

    private static @Nullable Kind first(List<Rule> rules, String text) {
        return rules.stream()
                .filter(rule -> rule.words().matcher(text).find())
                .map(Rule::kind)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Kind byRegistrysStatus(String text) {
        Matcher matcher = STATUS.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        return switch (Integer.parseInt(matcher.group(1))) {
            case 401, 403, 407 -> Kind.AUTH;
            case 404 -> Kind.IMAGE_NOT_FOUND;
            case 429 -> Kind.RATE_LIMITED;
            // A redirect that leads nowhere, a login page of a hotel, a server's own trouble.
            default -> Kind.REGISTRY;
        };
    }

    private static Kind byStatus(int status) {
        return switch (status) {
            case 400, 405, 406, 422 -> Kind.INVALID;
            case 401, 403 -> Kind.AUTH;
            case 404 -> Kind.IMAGE_NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 429 -> Kind.RATE_LIMITED;
            case 502, 503 -> Kind.UNAVAILABLE;
            default -> Kind.OTHER;
        };
    }

    /// How long the registry asked to wait, where it wrote that into its answer's body. Its header
    /// `Retry-After`, where it belongs, is read and dropped by the Engine.
    ///
    /// @return null: nothing is known
    static @Nullable Duration retryAfter(String said) {
        Matcher matcher = RETRY.matcher(said.toLowerCase(Locale.ROOT));
        if (!matcher.find()) {
            return null;
        }
        String unit = matcher.group(2);
        double seconds = Double.parseDouble(matcher.group(1));
        double factor = switch (unit) {
            case "ns", "µs", "us", "ms", "milli" -> 0.001;
            case "m", "min" -> 60;
            case "h", "hour" -> 3600;
            default -> 1;
        };
        return Duration.ofSeconds((long) Math.ceil(seconds * factor));
    }
}
