package dev.dhow.agent.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What the files of a pair held at one moment.
sealed interface PairText {
    /// Tells two readings apart.
    String fingerprint();

    /// All of it.
    ///
    /// @param key null: it is in the certificate's file
    record Bytes(PairFiles files, byte[] certificate, byte @Nullable [] key, String fingerprint) implements PairText {}

    /// Some of it could not be read.
    ///
    /// @param problem for people
    record Unreadable(String problem) implements PairText {
        @Override
        public String fingerprint() {
            return problem;
        }
    }

    /// Reads the files.
    static PairText read(PairFiles files) {
        try {
            byte[] certificate = PairFiles.read(files.certificate());
            byte[] key = files.key() == null ? null : PairFiles.read(files.key());
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(certificate);
            String first = HexFormat.of().formatHex(digest.digest());
            String second = key == null ? "" : HexFormat.of().formatHex(digest.digest(key));
            return new Bytes(files, certificate, key, first + " " + second);
        } catch (UnfitPem e) {
            return new Unreadable(String.valueOf(e.getMessage()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
