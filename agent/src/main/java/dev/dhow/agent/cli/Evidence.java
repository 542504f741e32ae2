package dev.dhow.agent.cli;

import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RolloutStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What tells why something is not well: the last check, the last exit and the last words, verbatim.
final class Evidence {
    private Evidence() {}

    /// How a rollout ended that failed, in a line and below it why.
    ///
    /// @param margin before each line
    static String of(RolloutStatus rollout, String margin) {
        String what = switch (rollout.outcome()) {
            case ROLLED_BACK -> "was rolled back";
            case PAUSED -> "failed and was left as it is";
            case PROGRESSING, AVAILABLE, SUPERSEDED -> "is " + rollout.outcome().label();
        };
        String cause = rollout.cause().isEmpty() ? "" : ": " + rollout.cause();
        StringBuilder text = new StringBuilder();
        text.append(Text.indent("revision %s %s%s".formatted(rollout.revision(), what, cause), margin));
        if (rollout.container() != null) {
            text.append(Text.indent("container " + rollout.container(), margin + "  "));
        }
        text.append(below(rollout.lastCheck(), rollout.lastExit(), margin + "  "));
        if (!rollout.log().isEmpty()) {
            text.append(Text.indent("its last lines", margin + "  "));
            rollout.log().forEach(line -> text.append(Text.indent(line, margin + "    | ")));
        }
        return text.toString();
    }

    /// The last check and the last exit, where there are.
    static String below(@Nullable CheckResult check, @Nullable LastExit exit, String margin) {
        StringBuilder text = new StringBuilder();
        if (check != null) {
            check(check, margin, text);
        }
        if (exit != null) {
            String at = exit.at() == null ? "" : " at " + exit.at();
            String memory = exit.oomKilled() ? ", killed because its memory ran out (mem_limit)" : "";
            text.append(Text.indent("exited with %d%s%s".formatted(exit.code(), memory, at), margin));
            exit.log().forEach(line -> text.append(Text.indent(line, margin + "  | ")));
        }
        return text.toString();
    }

    private static void check(CheckResult check, String margin, StringBuilder text) {
        String url = check.url() == null ? "" : " " + check.url();
        String status = check.status() == null ? "" : ": " + check.status();
        text.append(Text.indent(
                "%s check %s at %s%s%s"
                        .formatted(check.kind().label(), check.ok() ? "passed" : "failed", check.at(), url, status),
                margin));
        detail("location", check.location(), margin + "  ", text);
        detail("error", check.error(), margin + "  ", text);
        detail("body", check.body(), margin + "  ", text);
        detail("hint", check.hint(), margin + "  ", text);
    }

    private static void detail(String name, @Nullable String value, String margin, StringBuilder text) {
        if (value == null || value.isEmpty()) {
            return;
        }
        List<String> lines = Text.clean(value).lines().toList();
        if (lines.size() == 1) {
            text.append(Text.indent(name + ": " + value.strip(), margin));
        } else {
            text.append(margin).append(name).append(":\n").append(Text.indent(value, margin + "| "));
        }
    }
}
