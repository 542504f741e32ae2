package dev.dhow.agent.manifest;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds a `healthcheck.test` that cannot fail: a command that always succeeds, alone or after `||`.
public final class WeakChecks {
    private static final Set<String> ALWAYS = Set.of("true", ":", "date", "echo", "sleep");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash");

    private WeakChecks() {}

    /// The part that never fails.
    ///
    /// @param test in Docker's form
    /// @return null: the check can fail, as far as one can see
    public static @Nullable String find(List<String> test) {
        if (test.size() < 2) {
            return null;
        }
        if (test.getFirst().equals("CMD-SHELL")) {
            return inLine(test.get(1));
        }
        List<String> words = test.subList(1, test.size());
        if (words.size() == 3
                && SHELLS.contains(name(words.getFirst()))
                && words.get(1).matches("-[a-z]*c")) {
            return inLine(words.get(2));
        }
        return ALWAYS.contains(name(words.getFirst())) ? String.join(" ", words) : null;
    }

    private static @Nullable String inLine(String line) {
        int or = line.lastIndexOf("||");
        String last = (or < 0 ? line : line.substring(or + 2))
                .strip()
                .replaceFirst(";$", "")
                .strip();
        // What stands behind another command, or writes somewhere, can fail with it.
        if (last.isEmpty() || last.chars().anyMatch(c -> "&|;<>".indexOf(c) >= 0)) {
            return null;
        }
        String[] words = last.split("\\s+");
        boolean exits = words[0].equals("exit") && words.length == 2 && words[1].equals("0");
        return exits || ALWAYS.contains(name(words[0])) ? last : null;
    }

    private static String name(String program) {
        return program.substring(program.lastIndexOf('/') + 1);
    }
}
