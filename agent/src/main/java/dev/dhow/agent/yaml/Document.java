package dev.dhow.agent.yaml;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.reader.StreamReader;

/// One file after reading: its tree where it is YAML that we take, and the collector of its problems.
///
/// @param root null where there is none; then there is a problem
public record Document(@Nullable Node root, Problems problems) {
    /// The most bytes that are read of a file.
    public static final int MAX_BYTES = 1 << 20;

    private static final int LONGEST_LINE = 65_536;

    /// Reads a file's bytes. Never throws for what they are.
    ///
    /// @param shownName the file as the user named it
    public static Document read(String shownName, byte[] content) {
        Document document = readOptional(shownName, content);
        if (document.root() == null && !document.problems().anyError()) {
            document.problems().ofFile("empty file");
        }
        return document;
    }

    /// The same for a file that may be empty or hold only comments: there is neither a tree nor a problem then.
    public static Document readOptional(String shownName, byte[] content) {
        if (content.length > MAX_BYTES) {
            Problems problems = new Problems(shownName, SourceText.of(new byte[0]));
            problems.ofFile(tooLarge());
            return new Document(null, problems);
        }
        SourceText text = SourceText.of(content);
        Problems problems = new Problems(shownName, text);
        return new Document(tree(text, problems), problems);
    }

    /// What is said of a file above [#MAX_BYTES].
    private static String tooLarge() {
        return "larger than %d KiB; a file describes one service, keep data elsewhere".formatted(MAX_BYTES / 1024);
    }

    private static @Nullable Node tree(SourceText text, Problems problems) {
        if (!text.validUtf8()) {
            problems.error(text.end(), "", "not UTF-8 from here on; save the file as UTF-8 text");
            return null;
        }
        Place longLine = text.longLine(LONGEST_LINE);
        if (longLine != null) {
            // The parser copies a line again with every thousand characters it reads of it.
            problems.error(longLine, "", "a line longer than %,d characters; break it".formatted(LONGEST_LINE));
            return null;
        }
        int index = 0;
        for (int point : text.text().codePoints().toArray()) {
            if (!StreamReader.isPrintable(point)) {
                problems.error(
                        text.place(index),
                        "",
                        "the character U+%04X cannot stand in a YAML file; remove it".formatted(point));
                return null;
            }
            index++;
        }
        return new TreeBuilder(text, problems).build();
    }
}
