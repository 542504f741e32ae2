package dev.dhow.agent.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The users of an htpasswd file, each with the bcrypt hash of a password. Other kinds of hashes are refused: what
/// Apache
/// still writes without `-B` is tried out at a rate of millions a second.
public final class Passwords {
    /// Twice the work with each; a login that takes seconds would let few clients keep all others out.
    private static final int DEAREST = 14;

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
    /// Of no password that anybody knows; only its cost matters.
    private static final String NOBODYS = "$2y$%02d$abcdefghijklmnopqrstuuO8zZyX7Y6W5V4U3T2S1R0Q9P8O7N6M5";

    private final Map<String, String> hashes;
    private final String dummy;
    private final Verified verified = new Verified();

    private Passwords(Map<String, String> hashes, int cost) {
        this.hashes = Map.copyOf(hashes);
        this.dummy = NOBODYS.formatted(cost);
    }

    /// Reads such a file.
    ///
    /// @throws UnfitFile naming the first line that is no user with a bcrypt hash, never the hash
    public static Passwords of(byte[] bytes) throws UnfitFile {
        Map<String, String> hashes = new LinkedHashMap<>();
        int dearest = 0;
        int number = 0;
        for (String line : Lines.of(bytes)) {
            number++;
            String entry = line.strip();
            if (entry.isEmpty() || entry.startsWith("#")) {
                continue;
            }
            int colon = entry.indexOf(':');
            if (colon <= 0) {
                throw new UnfitFile("line %d: expected USER:HASH, as `htpasswd -B` writes it".formatted(number));
            }
            String user = entry.substring(0, colon);
            String hash = entry.substring(colon + 1);
            dearest = Math.max(dearest, cost(number, user, hash));
            if (hashes.putIfAbsent(user, hash) != null) {
                throw new UnfitFile("line %d: the user %s is there twice; remove one".formatted(number, user));
            }
        }
        if (hashes.isEmpty()) {
            throw new UnfitFile("it holds no user; add one with `htpasswd -B`");
        }
        return new Passwords(hashes, dearest);
    }

    private static int cost(int number, String user, String hash) throws UnfitFile {
        var bcrypt = BCRYPT.matcher(hash);
        if (!bcrypt.matches()) {
            throw new UnfitFile("line %d: the user %s has %s; only bcrypt is taken: `htpasswd -B` writes it"
                    .formatted(number, user, kind(hash)));
        }
        int cost = Integer.parseInt(bcrypt.group(1));
        if (cost < 4 || cost > DEAREST) {
            throw new UnfitFile("line %d: the user %s has a bcrypt hash of cost %d; write one of 4 to %d"
                    .formatted(number, user, cost, DEAREST));
        }
        return cost;
    }

    private static String kind(String hash) {
        record Kind(String start, String words) {}
        return List.of(
                        new Kind("$apr1$", "an MD5 hash (apr1)"),
                        new Kind("$1$", "an MD5 hash"),
                        new Kind("{SHA}", "a SHA-1 hash"),
                        new Kind("{SSHA}", "a SHA-1 hash"),
                        new Kind("{PLAIN}", "a plain password"),
                        new Kind("$5$", "a SHA-256 hash"),
                        new Kind("$6$", "a SHA-512 hash"),
                        new Kind("$2", "a bcrypt hash that is damaged, or of a kind that is not in use"))
                .stream()
                .filter(kind -> hash.startsWith(kind.start()))
                .findFirst()
                .map(Kind::words)
                .orElse("no hash of a known kind, or a plain password");
    }

    /// The hash to compare with; where there is no such user one that nothing fits, of the same cost, so that the time
    /// tells nobody who is there.
    String hash(String user) {
        return hashes.getOrDefault(user, dummy);
    }

    boolean knows(@Nullable String user) {
        return user != null && hashes.containsKey(user);
    }

    /// What was found good of these.
    Verified verified() {
        return verified;
    }
}
