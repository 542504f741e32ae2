package dev.dhow.agent.health;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.status.CheckResult;
import java.time.Duration;

/// How this room puts things to people.
final class Words {
    private Words() {}

    /// As the file would say it: `500ms`, `30s`, `1m30s`.
    static String time(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds == 0 || (seconds < 10 && duration.toMillisPart() != 0)) {
            return duration.toMillis() + "ms";
        }
        long hours = seconds / 3600;
        long minutes = seconds / 60 % 60;
        StringBuilder text = new StringBuilder();
        append(text, hours, 'h');
        append(text, minutes, 'm');
        append(text, seconds % 60, 's');
        return text.toString();
    }

    /// What a check found, in one line: `GET http://10.0.0.2:3000/up: 404`. Without what a command in the container
    /// wrote: findings get into conditions, plans and the log, and who reads those need not be meant to read that.
    static String finding(CheckResult result) {
        String what = result.error() != null ? result.error() : String.valueOf(result.status());
        return switch (result.kind()) {
            case HTTP -> "GET %s: %s".formatted(result.url(), what);
            case TCP -> "%s: %s".formatted(result.url(), result.ok() ? "connected" : what);
            case DOCKER -> "Docker's health check: %s".formatted(result.ok() ? "passed" : what);
            case PROCESS -> result.ok() ? "the process runs" : what;
        };
    }

    /// How the process ended, the last time where it runs again.
    static String exit(ObservedContainer container) {
        if (container.exitCode() == ObservedContainer.FORGOTTEN) {
            return "ended";
        }
        return "exited with code %d%s".formatted(container.exitCode(), container.oomKilled() ? " (out of memory)" : "");
    }

    /// Text from outside for one line of a terminal or a page: at most so many characters, nothing that steers.
    static String tame(String text, int limit) {
        StringBuilder tame = new StringBuilder();
        text.codePoints().limit(limit).forEach(c -> tame.appendCodePoint(steers(c) ? ' ' : c));
        return tame.toString().strip();
    }

    private static boolean steers(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.FORMAT;
    }

    private static void append(StringBuilder text, long amount, char unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }
}
