package dev.dhow.agent.cli;

import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A block of lines on a terminal, one per container, drawn over itself.
final class LiveBlock implements Progress {
    /// Without it a line that is wider than the terminal would count as two when the block is drawn over.
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    private final PrintWriter out;
    private final Set<String> ran = new HashSet<>();
    private String drawn = "";

    LiveBlock(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(@Nullable ServiceStatus before) {
        if (before != null) {
            rows(before);
        }
    }

    @Override
    public void show(ServiceStatus now, String why, Duration waited) {
        StringBuilder block = new StringBuilder(head(now, waited));
        Text.columns(rows(now))
                .forEach(line -> block.append(line.stripTrailing()).append('\n'));
        String rest = why.isEmpty() ? Goal.trouble(now) : why;
        block.append("  ").append(Text.clean(rest).replace('\n', ' ')).append('\n');
        String text = block.toString();
        if (!text.equals(drawn)) {
            long lines = drawn.lines().count();
            out.print((lines == 0 ? "" : "\033[%dA\r\033[J".formatted(lines)) + NO_WRAP + text + WRAP);
            out.flush();
            drawn = text;
        }
    }

    /// What is kept is shown where it ran while this lasts.
    private List<List<String>> rows(ServiceStatus now) {
        List<List<String>> rows = new ArrayList<>();
        for (ReplicaWord replica : ReplicaWord.of(now)) {
            if (!replica.kept()) {
                ran.add(replica.container());
            }
            if (ran.contains(replica.container())) {
                rows.add(List.of(
                        "  " + replica.subject(), replica.container(), replica.text(), replica.current() ? "" : "old"));
            }
        }
        return rows;
    }

    private static String head(ServiceStatus now, Duration waited) {
        RolloutStatus rollout = now.rollout();
        String what = rollout == null
                ? now.phase().name()
                : "%s %s"
                        .formatted(rollout.revision(), rollout.outcome().label().replace('_', ' '));
        return "%s %s, %s\n".formatted(now.service(), what, Text.age(waited));
    }

    /// The last block stays.
    @Override
    public void end() {
        drawn = "";
    }
}
