package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a container that is wanted as it is needs now.
///
/// Docker itself restarts a crashed process by the restart policy. The agent does the rest: it starts what somebody
/// stopped or what failed to start, thaws, and restarts what fails its checks, which Docker never does.
sealed interface Repair {
    /// Nothing.
    record Leave() implements Repair {}

    /// A start.
    record Start(String cause) implements Repair {}

    /// A thaw.
    record Unpause() implements Repair {}

    /// A restart, for a failing check.
    record Restart(String cause) implements Repair {}

    /// It cannot be used any more; the next pass makes another.
    record Remove(String cause) implements Repair {}

    /// Something, but not now.
    record Later(Wait.Kind kind, String message, @Nullable Duration until) implements Repair {}

    /// The repair of one container.
    static Repair of(ObservedContainer container, Verdict verdict, Memory memory, Duration now) {
        return switch (container.state()) {
            case RUNNING -> verdict.wantsRestart() ? restart(container, verdict, memory, now) : new Leave();
            case PAUSED -> new Unpause();
            case RESTARTING -> new Later(Wait.Kind.ENGINE, "Docker starts it again after its own backoff", null);
            case REMOVING -> new Later(Wait.Kind.ENGINE, "Docker is removing it", null);
            case DEAD -> new Remove("Docker could not remove it");
            case UNKNOWN -> new Leave();
            case CREATED -> new Start(container.error().isEmpty() ? "not started" : container.error());
            case EXITED -> exited(container, verdict, memory, now);
        };
    }

    private static Repair restart(ObservedContainer container, Verdict verdict, Memory memory, Duration now) {
        Memory.Attempts attempts = memory.restarts(container.subject());
        Duration due = attempts.last().plus(Backoff.restart(attempts.count()));
        return attempts.count() == 0 || due.compareTo(now) <= 0
                ? new Restart(verdict.message())
                : new Later(Wait.Kind.BACKOFF, "restarts after a while: " + verdict.message(), due);
    }

    private static Repair exited(ObservedContainer container, Verdict verdict, Memory memory, Duration now) {
        Mode mode = container.restart().mode();
        int most = container.restart().maxRetries();
        boolean left = switch (mode) {
            case NO -> container.startedAt() != null;
            // Exit 0 is its end; with its retries used up, Docker gave up for good.
            case ON_FAILURE -> container.exitCode() == 0 || (most > 0 && container.restartCount() >= most);
            case ALWAYS, UNLESS_STOPPED -> false;
        };
        if (left && !verdict.equals(Replaced.VERDICT)) {
            return new Leave();
        }
        Memory.Attempts attempts = memory.starts(container.subject());
        Duration due = attempts.last().plus(Backoff.startAgain(attempts.count()));
        String cause = "exited with " + container.exitCode();
        return attempts.count() == 0 || due.compareTo(now) <= 0
                ? new Start(cause)
                : new Later(Wait.Kind.BACKOFF, "started after a while: " + cause, due);
    }
}
