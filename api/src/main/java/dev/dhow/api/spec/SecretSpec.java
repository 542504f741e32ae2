package dev.dhow.api.spec;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One entry of `secrets`: a value from the agent's store.
///
/// @param name its name in the store, and of the environment variable where it is one
/// @param file where it is mounted in the container, read only and byte for byte; null: an environment variable
/// @param value of an environment variable without the newline at its end; empty where nobody read it (`dhow validate`)
public record SecretSpec(String name, @Nullable String file, Content value) {
    /// It is the name of a file too: neither a path nor hidden.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    /// Whether the text is a name that a secret can have.
    public static boolean validName(String name) {
        return NAME.matcher(name).matches();
    }
}
