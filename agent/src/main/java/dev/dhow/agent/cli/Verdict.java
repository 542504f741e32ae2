package dev.dhow.agent.cli;

import dev.dhow.api.status.RolloutStatus;
import org.jspecify.annotations.Nullable;

/// What a [Goal] says of a moment.
sealed interface Verdict {
    /// Not yet.
    ///
    /// @param why for people; empty: the status says enough
    /// @param decided what it comes to, whatever happens now, while its end is still waited for; null: it is open
    record Open(String why, @Nullable Over decided) implements Verdict {
        Open(String why) {
            this(why, null);
        }
    }

    /// It is over.
    ///
    /// @param code the exit code
    /// @param message for people, without `error:`
    /// @param failed the rollout that failed; null: none did
    record Over(int code, String message, @Nullable RolloutStatus failed) implements Verdict {}

    /// It is good.
    static Verdict good(String message) {
        return new Over(Exit.GOOD, message, null);
    }

    /// It cannot become good any more.
    static Verdict bad(int code, String message) {
        return new Over(code, message, null);
    }
}
