package dev.dhow.agent.access;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Credentials that were found good, by a keyed hash of both parts: a browser sends them with each request, and bcrypt
/// is
/// made to be slow. The key is this process's own and is nowhere stored.
final class Verified {
    private static final String ALGORITHM = "HmacSHA256";
    /// More clients than that with logins of their own are asked again.
    private static final int MOST = 1024;

    private static final SecretKeySpec KEY = key();

    private final Set<String> good = new LinkedHashSet<>();

    private static SecretKeySpec key() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    /// The name of a user with a password, from which neither can be learnt.
    static String name(String user, byte[] password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            // No user has a colon.
            mac.update((user + ":").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(password));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    synchronized boolean has(String name) {
        // What is used stays: it goes to the end.
        return good.remove(name) && good.add(name);
    }

    synchronized void add(String name) {
        good.add(name);
        Iterator<String> oldest = good.iterator();
        while (good.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }
}
