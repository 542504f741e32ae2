package dev.dhow.agent.access;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// Compares passwords with their hashes, beside the threads that serve requests: one comparison costs tens of
/// milliseconds of CPU, so few happen at once, few wait, and of one client fewer.
public final class PasswordCheck implements AutoCloseable {
    private static final int WAITING = 64;
    private static final int OF_ONE_CLIENT = 8;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    /// Who waits for a comparison, by what is compared: a browser asks for many things at once. Guarded by `this`.
    private final Map<Wanted, List<Consumer<Verdict>>> open = new HashMap<>();
    /// Guarded by `this`.
    private final Map<String, Integer> ofClient = new HashMap<>();

    /// What became of a comparison.
    public enum Verdict {
        /// It is the user's password.
        GOOD,
        /// There is no such user, or it is not his password.
        BAD,
        /// Too many wait already.
        BUSY
    }

    private record Wanted(Passwords in, String name) {}

    /// @param atOnce how many are compared at a time
    public PasswordCheck(int atOnce) {
        threads = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("passwords-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// Finds out, now or soon. Nothing of a password is kept.
    ///
    /// @param client whose address asks
    /// @param then gets the verdict once, by this thread or another
    public void check(Passwords in, String user, byte[] password, String client, Consumer<Verdict> then) {
        String name = Verified.name(user, password);
        if (in.verified().has(name)) {
            then.accept(Verdict.GOOD);
            return;
        }
        if (!begin(new Wanted(in, name), user, password.clone(), client, then)) {
            then.accept(Verdict.BUSY);
        }
    }

    private synchronized boolean begin(
            Wanted wanted, String user, byte[] password, String client, Consumer<Verdict> then) {
        List<Consumer<Verdict>> waiting = open.get(wanted);
        if (waiting != null) {
            waiting.add(then);
            return true;
        }
        int already = ofClient.getOrDefault(client, 0);
        if (already >= OF_ONE_CLIENT) {
            return false;
        }
        try {
            threads.execute(() -> {
                Verdict verdict = compare(wanted.in(), user, password);
                if (verdict == Verdict.GOOD) {
                    wanted.in().verified().add(wanted.name());
                }
                end(wanted, client).forEach(one -> one.accept(verdict));
            });
        } catch (RejectedExecutionException e) {
            return false;
        }
        open.put(wanted, new ArrayList<>(List.of(then)));
        ofClient.put(client, already + 1);
        return true;
    }

    private synchronized List<Consumer<Verdict>> end(Wanted wanted, String client) {
        ofClient.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
        List<Consumer<Verdict>> waiting = open.remove(wanted);
        return waiting == null ? List.of() : waiting;
    }

    private static Verdict compare(Passwords in, String user, byte[] password) {
        try {
            // Also for users that are not there, so that the time tells nobody who is.
            boolean fits = OpenBSDBCrypt.checkPassword(in.hash(user), password);
            return fits && in.knows(user) ? Verdict.GOOD : Verdict.BAD;
        } catch (RuntimeException e) {
            // A hash that only looks like one.
            return Verdict.BAD;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
