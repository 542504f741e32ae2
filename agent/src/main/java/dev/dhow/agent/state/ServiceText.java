package dev.dhow.agent.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A service file as it was read.
///
/// @param fileName as messages name it
/// @param directory what relative paths in the text start from
public record ServiceText(String fileName, String directory, String text) {
    private static final int SHOWN = 16;

    /// What tells this text from another: 16 hex digits. It says nothing of the files that the text names.
    public String content() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, SHOWN);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
