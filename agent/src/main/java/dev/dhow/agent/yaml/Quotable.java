package dev.dhow.agent.yaml;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which lines of a file messages may quote: none that may hold a secret's value, also where it stands in the wrong
/// place.
/// Messages go to logs, and to whoever may look at a status.
final class Quotable {
    /// A key or variable that is called like a secret, with a value.
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(password|passwd|passphrase|secret|token|api_?key|private_?key|authorization)[\"']?\\s*[:=]\\s*\\S");
    private static final Pattern IN_SECRETS = Pattern.compile("(^|\\.)secrets(\\[\\d+])?(\\.|$)");
    private static final Pattern OPENS_SECRETS = Pattern.compile("\\bsecrets[\"']?\\s*:\\s*[\\[{]");
    private static final Pattern PAIR = Pattern.compile("(?<![\\w.-])([\\w.-]++)[\"']?\\s*:\\s+[^\\s{\\[#]");
    /// Keys of `secrets` that hold no value of one.
    private static final Set<String> NAMES = Set.of("secrets", "name", "file");

    private Quotable() {}

    /// @param path where the problem is, such as `roles.web.secrets`
    static boolean is(String path, String line) {
        if (SECRET.matcher(line).find()) {
            return false;
        }
        return !(IN_SECRETS.matcher(path).find() || OPENS_SECRETS.matcher(line).find()) || onlyNames(line);
    }

    /// Whoever takes `secrets` for a map of values writes them there.
    private static boolean onlyNames(String line) {
        Matcher pairs = PAIR.matcher(line);
        while (pairs.find()) {
            if (!NAMES.contains(pairs.group(1))) {
                return false;
            }
        }
        return true;
    }
}
