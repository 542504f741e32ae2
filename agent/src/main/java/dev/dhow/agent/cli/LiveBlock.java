package dev.dhow.agent.cli;

import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A block of lines on a terminal, one per container, drawn over itself. It is never taller than the terminal: what has
/// scrolled out at the top cannot be drawn over.
final class LiveBlock implements Progress {
    /// Without it a line that is wider than the terminal would count as two when the block is drawn over.
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    /// Of a terminal that does not say: hardly any is lower.
    private static final int USUAL_HEIGHT = 24;

    /// Besides the containers: the head, what is waited for, and where the cursor stands then.
    private static final int OTHER_LINES = 3;

    private final PrintWriter out;
    private final int height;
    private final Set<String> ran = new HashSet<>();
    private String drawn = "";

    /// @param height how many lines the terminal has
    LiveBlock(PrintWriter out, int height) {
        this.out = out;
        this.height = height;
    }

    /// As the environment tells of its terminal.
    static LiveBlock of(PrintWriter out, Map<String, String> env) {
        String told = env.getOrDefault("LINES", "");
        boolean known = told.matches("[1-9][0-9]{0,3}");
        return new LiveBlock(out, known ? Integer.parseInt(told) : USUAL_HEIGHT);
    }

    @Override
    public void begin(@Nullable ServiceStatus before) {
        if (before != null) {
            note(before, ReplicaWord.of(before));
        }
    }

    @Override
    public void show(ServiceStatus now, String why, Duration waited) {
        StringBuilder block = new StringBuilder(head(now, waited));
        List<ReplicaWord> words = ReplicaWord.of(now);
        note(now, words);
        fitting(Text.columns(rows(words)))
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

    /// Takes note of what runs, or is to. While Docker is away, what is told of containers is old, or nothing at all.
    private void note(ServiceStatus now, List<ReplicaWord> words) {
        if (Goal.dockerAway(now)) {
            return;
        }
        words.stream().filter(replica -> !replica.kept()).forEach(replica -> ran.add(replica.container()));
    }

    /// What is kept is shown where it ran while this lasts.
    private List<List<String>> rows(List<ReplicaWord> words) {
        return words.stream()
                .filter(replica -> !replica.kept() || ran.contains(replica.container()))
                .map(replica -> List.of(
                        "  " + replica.subject(), replica.container(), replica.text(), replica.current() ? "" : "old"))
                .toList();
    }

    /// As many lines as there is room for, the last of which says how many are left out.
    private List<String> fitting(List<String> lines) {
        int room = Math.max(1, height - OTHER_LINES);
        if (lines.size() <= room) {
            return lines;
        }
        List<String> fit = new ArrayList<>(lines.subList(0, room - 1));
        fit.add("  and %d more".formatted(lines.size() - fit.size()));
        return fit;
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
