package dev.dhow.agent.wire;

import java.util.Arrays;
import java.util.Collection;

/// Some names of fields, asked for in any case. A name of another length costs no comparison, so that most fields cost
/// none.
final class FieldNames {
    private final String[][] byLength;

    FieldNames(Collection<String> names) {
        byLength = new String[names.stream().mapToInt(String::length).max().orElse(-1) + 1][];
        Arrays.setAll(
                byLength,
                length -> names.stream().filter(name -> name.length() == length).toArray(String[]::new));
    }

    boolean have(String name) {
        if (name.length() < byLength.length) {
            for (String each : byLength[name.length()]) {
                if (each.equalsIgnoreCase(name)) {
                    return true;
                }
            }
        }
        return false;
    }
}
