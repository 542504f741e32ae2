package dev.dhow.api.spec;

import java.util.regex.Pattern;

/// The rule for names of services and roles: a DNS label, because they become host names on the `dhow` network.
public final class Names {
    /// What a name matches, in whole.
    public static final String PATTERN = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private static final Pattern COMPILED = Pattern.compile(PATTERN);

    private Names() {}

    /// Whether the text is a valid name.
    public static boolean valid(String name) {
        return COMPILED.matcher(name).matches();
    }

    static String require(String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException("\"%s\" is not a name: %s".formatted(name, PATTERN));
        }
        return name;
    }
}
