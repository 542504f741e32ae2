package dev.dhow.agent.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The text of a file and where its lines start. Lines end as in an editor (LF, CRLF, CR); SnakeYAML counts further
/// characters as line ends, so places are computed here, from its index of code points.
final class SourceText {
    private final String text;
    private final boolean validUtf8;
    private final List<String> lines = new ArrayList<>();
    /// Index of each line's first code point.
    private final List<Integer> starts = new ArrayList<>();

    private SourceText(String text, boolean validUtf8) {
        this.text = text;
        this.validUtf8 = validUtf8;
        splitLines();
    }

    /// Decodes UTF-8, without its mark; where a byte does not fit, the text ends and `validUtf8` is false.
    static SourceText of(byte[] content) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(content.length + 1);
        boolean good = !decoder.decode(ByteBuffer.wrap(content), chars, true).isError();
        chars.flip();
        String text = chars.toString();
        return new SourceText(text.startsWith("\uFEFF") ? text.substring(1) : text, good);
    }

    String text() {
        return text;
    }

    boolean validUtf8() {
        return validUtf8;
    }

    /// The place of a code point, by its index.
    Place place(int index) {
        int low = 0;
        int high = starts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts.get(middle) <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new Place(low + 1, index - starts.get(low) + 1);
    }

    /// Where the character of that place stands in [#text].
    int offset(Place place) {
        return text.offsetByCodePoints(0, starts.get(place.line() - 1) + place.column() - 1);
    }

    /// The place just behind the last character.
    Place end() {
        return place(text.codePointCount(0, text.length()));
    }

    /// A line's text; null: there is none of that number.
    @Nullable
    String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : null;
    }

    /// Where the first line above this length ends to be taken; null: there is none.
    @Nullable
    Place longLine(int longest) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).length() > longest) {
                return new Place(i + 1, longest + 1);
            }
        }
        return null;
    }

    private void splitLines() {
        int start = 0;
        int points = 0;
        int startPoints = 0;
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            int width = Character.charCount(point);
            points++;
            if (point == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
                width = 2;
                points++;
            }
            if (point == '\n' || point == '\r') {
                add(text.substring(start, at), startPoints);
                start = at + width;
                startPoints = points;
            }
            at += width;
        }
        add(text.substring(start), startPoints);
    }

    private void add(String line, int firstPoint) {
        lines.add(line);
        starts.add(firstPoint);
    }
}
