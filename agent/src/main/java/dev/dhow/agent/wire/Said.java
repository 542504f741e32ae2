package dev.dhow.agent.wire;

import org.jspecify.annotations.Nullable;

/// The fields of the answer before, each with the line that said it. An application says most of its fields again with
/// each answer, and in the same order: a line with the same octets is the same field, and need not be read again.
final class Said {
    private static final int MOST = 24;
    /// Longer lines, such as cookies, mostly differ.
    private static final int LONGEST = 96;

    private final byte[][] lines = new byte[MOST][];
    private final @Nullable Field[] fields = new Field[MOST];

    /// The field that stood there.
    ///
    /// @param at its place among the fields
    /// @return null: another one did
    @Nullable
    Field again(int at, Line line) {
        return at < MOST && lines[at] != null && line.is(lines[at]) ? fields[at] : null;
    }

    void remember(int at, Line line, Field field) {
        if (at < MOST && line.length() <= LONGEST) {
            lines[at] = line.copy();
            fields[at] = field;
        }
    }
}
