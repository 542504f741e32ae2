package dev.dhow.agent.plan;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The key under which secret values enter a hash, so that a hash on a label tells nothing about a guessable value.
public final class HmacKey {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final String id;

    /// @param bytes at least 32, kept with the secrets and not with the state
    public HmacKey(byte[] bytes) {
        if (bytes.length < 32) {
            throw new IllegalArgumentException("a key has at least 32 bytes, this one has " + bytes.length);
        }
        key = new SecretKeySpec(bytes, ALGORITHM);
        id = of("dhow key id").substring(0, 8);
    }

    /// A name for the key that does not tell it: 8 hex digits.
    public String id() {
        return id;
    }

    /// The keyed hash of a value, 64 hex digits.
    public String of(String value) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "HmacKey[" + id + "]";
    }
}
