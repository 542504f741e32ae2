package dev.dhow.agent.docker;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells what sort of failure the Engine's answer is, by status and, where Engines give 500 for everything, by text.
final class FailureClassifier {
    private static final Pattern PORT =
            Pattern.compile("(?:for |listen tcp\\d? |listen udp\\d? )([0-9a-f.:\\[\\]]*:\\d+)");

    private record Rule(Kind kind, List<String> words) {
        boolean hits(String text) {
            return words.stream().anyMatch(text::contains);
        }
    }

    /// In this order: a full disk explains whatever else is said.
    private static final List<Rule> ALWAYS = List.of(
            new Rule(Kind.DISK_FULL, List.of("no space left on device", "disk quota exceeded")),
            new Rule(
                    Kind.PORT_TAKEN,
                    List.of("port is already allocated", "address already in use", "failed to bind host port")),
            new Rule(Kind.IMAGE_NOT_FOUND, List.of("no such image")),
            new Rule(Kind.NAME_TAKEN, List.of("is already in use by container")),
            // The Engine is there, and what it stands on is not: containerd, a plugin, a host that is too busy.
            new Rule(
                    Kind.UNAVAILABLE,
                    List.of(
                            "context deadline exceeded",
                            "containerd.sock",
                            "dial unix",
                            "transport is closing",
                            "ttrpc: closed",
                            "code = unavailable")),
            new Rule(Kind.CONFLICT, List.of("is not paused", "cannot start a paused container")));

    private FailureClassifier() {}

    static Kind kind(Operation operation, int status, String said) {
        if (operation == Operation.PULL) {
            return PullClassifier.kind(status, said);
        }
        String text = said.toLowerCase(Locale.ROOT);
        for (Rule rule : ALWAYS) {
            if (rule.hits(text)) {
                return rule.kind();
            }
        }
        return byStatus(status);
    }

    private static Kind byStatus(int status) {
        return switch (status) {
            case 400, 401, 403, 405, 406, 422 -> Kind.INVALID;
            case 404 -> Kind.NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 429 -> Kind.RATE_LIMITED;
            case 502, 503 -> Kind.UNAVAILABLE;
            default -> Kind.OTHER;
        };
    }

    /// `start shop-web-1: Docker says: …; next step`.
    static String message(Operation operation, String subject, Kind kind, String said) {
        String what = subject.isEmpty() ? operation.words() : operation.words() + " " + subject;
        String next = nextStep(kind, said);
        String sentence = "%s: Docker says: %s".formatted(what, said.strip());
        return next.isEmpty() ? sentence : sentence + "; " + next;
    }

    private static String nextStep(Kind kind, String said) {
        return switch (kind) {
            case PORT_TAKEN -> "the port %sis taken: `ss -ltnup` shows by whom".formatted(port(said));
            case NAME_TAKEN -> "rename or remove that container: it is not this agent's, and is left alone";
            case IMAGE_NOT_FOUND -> "check the image's name and tag";
            case AUTH -> "check the registry's credentials";
            case RATE_LIMITED -> "the registry asks to come back later; credentials usually raise the limit";
            case REGISTRY -> "check the registry's address and the network; it is tried again";
            case DISK_FULL -> "make room: `docker system df` shows what Docker holds";
            case INVALID -> "change the service's file";
            case UNAVAILABLE, TIMEOUT, NOT_FOUND, CONFLICT, OTHER -> "";
        };
    }

    private static String port(String said) {
        Matcher matcher = PORT.matcher(said);
        return matcher.find() ? matcher.group(1) + " " : "";
    }
}
