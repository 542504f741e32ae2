package dev.dhow.agent.yaml;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The word that was probably meant: the nearest by Damerau and Levenshtein (one letter added, left out, changed, or
/// two swapped), at most two steps away.
public final class Nearest {
    private static final int FARTHEST = 2;

    private Nearest() {}

    /// The nearest of the words; null: none is near.
    public static @Nullable String of(String written, Collection<String> words) {
        String best = null;
        int least = FARTHEST + 1;
        for (String word : words) {
            if (Math.abs(word.length() - written.length()) < least) {
                int distance = distance(written, word);
                // Two steps in a word of three letters is another word.
                if (distance < least && distance < Math.max(2, word.length() - 1)) {
                    least = distance;
                    best = word;
                }
            }
        }
        return best;
    }

    static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                steps[i][j] =
                        Math.min(Math.min(steps[i - 1][j] + 1, steps[i][j - 1] + 1), steps[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
