package dev.dhow.agent.state;

import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the checks of one container say, all taken together.
///
/// @param health whether it does its work
/// @param reason one CamelCase word: `Ready`, `Starting`, `NotReadyInTime`, `ChecksFail`, `Unhealthy`,
///     `ExitedBeforeReady`, `Exited`, `Completed`, `CrashLoop`, `StaleHealthLog`, `NotChecked`
/// @param message for people
/// @param lastCheck the result that decided, else the latest; null: there is none yet
/// @param wantsRestart whether a failing check asks for a restart
/// @param failed whether it will not become ready without a change: a rollout need not wait for its deadline
/// @param changesAt when time alone may change it, monotonic; null: never
public record Verdict(
        Health health,
        String reason,
        String message,
        @Nullable CheckResult lastCheck,
        boolean wantsRestart,
        boolean failed,
        @Nullable Duration changesAt) {
    /// Nothing is known of it, which changes nothing.
    public static final Verdict NOT_CHECKED =
            new Verdict(Health.UNKNOWN, "NotChecked", "not checked yet", null, false, false, null);

    /// The same, asking for no restart.
    public Verdict withoutRestart() {
        return new Verdict(health, reason, message, lastCheck, false, failed, changesAt);
    }

    /// Whether it is ready.
    public boolean ready() {
        return health == Health.READY;
    }
}
