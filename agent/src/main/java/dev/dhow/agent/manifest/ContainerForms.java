package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.Tmpfs;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Scalars of container keys with rules of their own.
final class ContainerForms {
    static final Form<String> IMAGE = Forms.text("image reference", ContainerForms::image);
    static final Form<Restart> RESTART = Forms.scalar(
            "no | on-failure[:n] | always | unless-stopped", ContainerForms::restart, ContainerForms::word);
    static final Form<PullPolicy> PULL_POLICY = Forms.scalar(
            "missing | always | never",
            ContainerForms::pullPolicy,
            policy -> policy.name().toLowerCase(Locale.ROOT));
    static final Form<Tmpfs> TMPFS = Forms.scalar(
            "`PATH[:OPTIONS]`",
            ContainerForms::tmpfs,
            tmpfs -> tmpfs.options().isEmpty() ? tmpfs.target() : tmpfs.target() + ":" + tmpfs.options());
    static final Form<String> STOP_SIGNAL =
            rule("signal", Pattern.compile("(SIG)?[A-Z]+[0-9]?([+-][0-9]+)?|[1-9][0-9]?"), "a signal such as SIGTERM");
    static final Form<String> PLATFORM =
            rule("platform", Pattern.compile("[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?"), "a platform such as linux/arm64");
    /// With CAP_ where that was written, which is in the hashes of what runs.
    static final Form<String> CAPABILITY = Forms.text("capability", ContainerForms::capability);
    static final Form<String> NETWORK_MODE = Forms.text("host | none | bridge", ContainerForms::networkMode);

    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|_{1,2}|-++)[a-z0-9]++)*+";
    private static final String DOMAIN =
            "(?:[A-Za-z0-9][A-Za-z0-9-]*+(?:\\.[A-Za-z0-9][A-Za-z0-9-]*+)*+|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?";
    private static final Pattern REFERENCE = Pattern.compile("(?:" + DOMAIN + "/)?" + COMPONENT + "(?:/" + COMPONENT
            + ")*+" + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64}|@sha512:[0-9a-f]{128})?");
    private static final Pattern ON_FAILURE = Pattern.compile("on-failure(?::([0-9]{1,6}))?");

    private ContainerForms() {}

    private static Read<String> capability(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        return upper.matches("[A-Z][A-Z_]*")
                ? Read.good(upper)
                : Read.bad("expected a capability such as NET_RAW, or ALL, found \"%s\"".formatted(text));
    }

    private static Form<String> rule(String words, Pattern pattern, String expected) {
        return Forms.text(
                words,
                text -> pattern.matcher(text).matches()
                        ? Read.good(text)
                        : Read.bad("expected %s, found \"%s\"".formatted(expected, text)));
    }

    static Read<String> image(String text) {
        if (text.length() <= 512 && REFERENCE.matcher(text).matches()) {
            return Read.good(text);
        }
        String hint = "";
        if (text.contains("://")) {
            hint = "; write it without a scheme";
        } else if (!text.equals(text.toLowerCase(Locale.ROOT))
                && REFERENCE.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
            hint = "; repository names are lower case";
        } else if (text.contains("@") && !text.matches(".*@sha(256|512):.*")) {
            hint = "; a digest is @sha256: and 64 hex digits";
        }
        return Read.bad("\"%s\" is no image reference such as registry.example.com/shop:1.4.2%s".formatted(text, hint));
    }

    private static Read<Restart> restart(String text) {
        Matcher onFailure = ON_FAILURE.matcher(text);
        if (onFailure.matches()) {
            String retries = onFailure.group(1);
            return Read.good(new Restart(Restart.Mode.ON_FAILURE, retries == null ? 0 : Integer.parseInt(retries)));
        }
        return switch (text) {
            case "no" -> Read.good(new Restart(Restart.Mode.NO, 0));
            case "always" -> Read.good(new Restart(Restart.Mode.ALWAYS, 0));
            case "unless-stopped" -> Read.good(new Restart(Restart.Mode.UNLESS_STOPPED, 0));
            default ->
                Read.bad("expected no, on-failure[:n], always or unless-stopped, found \"%s\"%s"
                        .formatted(text, text.equals("false") ? "; write no" : ""));
        };
    }

    private static Object word(Restart restart) {
        return switch (restart.mode()) {
            case NO -> "no";
            case ALWAYS -> "always";
            case UNLESS_STOPPED -> "unless-stopped";
            case ON_FAILURE -> restart.maxRetries() == 0 ? "on-failure" : "on-failure:" + restart.maxRetries();
        };
    }

    private static Read<PullPolicy> pullPolicy(String text) {
        return switch (text) {
            case "missing", "if_not_present" -> Read.good(PullPolicy.MISSING);
            case "always" -> Read.good(PullPolicy.ALWAYS);
            case "never" -> Read.good(PullPolicy.NEVER);
            case "build" -> Read.bad("images are not built here; build and push the image, then name it");
            default -> Read.bad("expected missing, always or never, found \"%s\"".formatted(text));
        };
    }

    private static Read<Tmpfs> tmpfs(String text) {
        int colon = text.indexOf(':');
        String target = colon < 0 ? text : text.substring(0, colon);
        return target.startsWith("/")
                ? Read.good(new Tmpfs(target, colon < 0 ? "" : text.substring(colon + 1)))
                : Read.bad("expected a path that starts with /, found \"%s\"".formatted(text));
    }

    private static Read<String> networkMode(String text) {
        if (text.equals("host") || text.equals("none") || text.equals("bridge")) {
            return Read.good(text);
        }
        boolean shared = text.startsWith("service:") || text.startsWith("container:");
        return Read.bad(
                shared
                        ? "\"%s\" is not supported: a container's network goes with its next replacement; use networks"
                                .formatted(text)
                        : "expected host, none or bridge, found \"%s\"; to join a network use networks"
                                .formatted(text));
    }
}
