package dev.dhow.agent.proxy;

import dev.dhow.agent.access.Reading;
import dev.dhow.agent.access.UnfitFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A page that stands for answers of ours.
///
/// @param html as it was written; empty: there is no such page
record ErrorPage(String html) {
    /// Larger ones would cost what they are shown for.
    private static final int MOST = 256 * 1024;
    /// In a page, where the message of a maintenance goes.
    private static final String MESSAGE = "{{message}}";

    private static final ErrorPage NONE = new ErrorPage("");

    /// Reads one; that there is none is no fault.
    static final Reading<ErrorPage> READING = new Reading<>() {
        @Override
        public ErrorPage of(byte[] bytes) throws UnfitFile {
            return read(bytes);
        }

        @Override
        public ErrorPage absent() {
            return NONE;
        }
    };

    private static ErrorPage read(byte[] bytes) throws UnfitFile {
        if (bytes.length == 0 || bytes.length > MOST) {
            throw new UnfitFile(
                    bytes.length == 0
                            ? "it is empty; write a page, or remove it"
                            : "it is larger than 256 KiB; make it smaller");
        }
        try {
            return new ErrorPage(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new UnfitFile("it is no text in UTF-8; save it as such");
        }
    }

    /// The page as it is sent.
    ///
    /// @param message of whoever is responsible, as it was written; empty: none
    String with(String message) {
        return html.replace(MESSAGE, escaped(message));
    }

    /// Text that is only text in a page.
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
