package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.IpForms;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Literal IP addresses and host names, without ever asking a resolver.
final class Addresses {
    /// An IPv4 or IPv6 address.
    static final Form<String> IP = IpForms.ADDRESS;
    /// A name that requests ask for: exact, or with `*` for its first label.
    static final Form<String> HOST = Forms.text("host name", Addresses::host);
    /// One name that requests ask for.
    static final Form<String> EXACT_HOST = Forms.text("host name", Addresses::exactHost);
    /// The name of a container.
    static final Form<String> HOST_NAME = Forms.text(
            "host name",
            text -> plainName(text)
                    ? Read.good(text)
                    : Read.bad("expected a host name of letters, digits, - and ., found \"%s\"".formatted(text)));

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");

    private Addresses() {}

    /// An address in its one short spelling; null: it is none.
    static @Nullable String canonical(String text) {
        return IpForms.address(text);
    }

    private static Read<String> exactHost(String written) {
        return written.startsWith("*") || canonical(written) != null
                ? Read.bad("expected one host name, found \"%s\"".formatted(written))
                : host(written);
    }

    private static Read<String> host(String written) {
        String text = written.toLowerCase(Locale.ROOT);
        if (text.contains("://")) {
            return Read.bad("a host is written without a scheme, found \"%s\"".formatted(written));
        }
        if (text.contains("/")) {
            return Read.bad(
                    "a host is written without a path, found \"%s\"; paths go to path_prefix".formatted(written));
        }
        if (canonical(text) != null) {
            return Read.bad(
                    "\"%s\" is an address; such requests go to the default route (default: true)".formatted(written));
        }
        if (text.contains(":")) {
            return Read.bad("a host is written without a port, found \"%s\"".formatted(written));
        }
        if (text.equals("*")) {
            return Read.bad("\"*\" alone is the default route; write default: true");
        }
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String exact = name.startsWith("*.") ? name.substring(2) : name;
        if (exact.contains("*")) {
            return Read.bad(
                    "a wildcard stands for the whole first label, *.example.com, found \"%s\"".formatted(written));
        }
        if (!exact.chars().allMatch(c -> c < 128)) {
            return Read.bad("\"%s\" is not ASCII; write its punycode form (xn--…)".formatted(written));
        }
        return plainName(exact) ? Read.good(name) : Read.bad("\"%s\" is no host name".formatted(written));
    }

    private static boolean plainName(String text) {
        if (text.isEmpty() || text.length() > 253) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }
}
