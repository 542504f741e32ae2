package dev.dhow.agent.access;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The lines of a text file.
final class Lines {
    private Lines() {}

    /// @return without line ends; the first one is line 1
    /// @throws UnfitFile when the bytes are no text
    static List<String> of(byte[] bytes) throws UnfitFile {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return (text.startsWith("\uFEFF") ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (CharacterCodingException e) {
            throw new UnfitFile("it is no text in UTF-8");
        }
    }
}
