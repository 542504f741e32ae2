package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Scalars of keys that ask for privileges.
final class PrivilegeForms {
    static final Form<String> CAPABILITY = Forms.text("capability", PrivilegeForms::capability);
    static final Form<String> SECURITY_OPT = Forms.text("`no-new-privileges`, or `NAME=VALUE`", PrivilegeForms::option);

    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z_]*");
    private static final List<String> OPTIONS = List.of("apparmor", "label", "no-new-privileges", "seccomp");

    private PrivilegeForms() {}

    private static Read<String> capability(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        String bare = upper.startsWith("CAP_") ? upper.substring(4) : upper;
        return NAME.matcher(bare).matches()
                ? Read.good(bare)
                : Read.bad("expected a capability such as NET_ADMIN, or ALL, found \"%s\"".formatted(text));
    }

    /// Docker takes both `=` and, deprecated, `:`; here it is always `=`.
    private static Read<String> option(String text) {
        int equals = text.indexOf('=');
        int colon = text.indexOf(':');
        int at = equals < 0 ? colon : equals;
        String name = at < 0 ? text : text.substring(0, at);
        String value = at < 0 ? "" : text.substring(at + 1);
        return switch (name) {
            case "no-new-privileges" ->
                switch (value.toLowerCase(Locale.ROOT)) {
                    case "", "true" -> Read.good("no-new-privileges=true");
                    case "false" -> Read.good("no-new-privileges=false");
                    default -> Read.bad("expected no-new-privileges=true or =false, found \"%s\"".formatted(text));
                };
            case "apparmor", "label" ->
                value.isEmpty()
                        ? Read.bad("expected %s=VALUE, found \"%s\"".formatted(name, text))
                        : Read.good(name + "=" + value);
            case "seccomp" ->
                value.equals("unconfined") || value.equals("builtin") || value.startsWith("{")
                        ? Read.good("seccomp=" + value)
                        : Read.bad(
                                "expected seccomp=unconfined, seccomp=builtin or a profile's own JSON, found \"%s\"; files of profiles are not read"
                                        .formatted(text));
            default -> Read.bad("expected one of %s, found \"%s\"".formatted(String.join(", ", OPTIONS), text));
        };
    }
}
