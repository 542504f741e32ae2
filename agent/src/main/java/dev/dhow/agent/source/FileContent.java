package dev.dhow.agent.source;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What one reading found in one file.
sealed interface FileContent {
    /// Equal for equal content, across readings.
    String fingerprint();

    /// It was read.
    ///
    /// @param link whether the name is a symbolic link, so that a rename of the name says nothing of the
    ///     content
    record Text(byte[] bytes, boolean link, String fingerprint) implements FileContent {
        static Text of(byte[] bytes, boolean link) {
            return new Text(bytes, link, sha256(bytes));
        }
    }

    /// It was not.
    ///
    /// @param readable whether it is known that it cannot be a service file; false: nobody knows what it says
    /// @param problem for people
    record Unusable(boolean readable, String problem) implements FileContent {
        @Override
        public String fingerprint() {
            return "unusable: " + problem;
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
