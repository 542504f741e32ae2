package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.api.http.Paths;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks at one service until a [Goal] is reached or the time is over, and shows it meanwhile. An agent that does not
/// answer for a while, because it is upgraded, does not end the wait.
final class Waiter {
    /// Between two looks.
    private static final Duration POLL = Duration.ofMillis(250);

    private final AgentClient client;
    private final Session session;
    private final Output output;
    private final Pace pace;
    private final Progress progress;
    private String lastFailure = "";
    private String lastJson = "";
    private Verdict.@Nullable Over decided;

    Waiter(ClientCommand command, AgentClient client) {
        this.client = client;
        session = command.session();
        output = command.output();
        pace = command.pace();
        progress = Progress.of(session, output);
    }

    /// Says how the service was before what is waited for began.
    ///
    /// @param before null: there was no such service
    Waiter since(@Nullable ServiceStatus before) {
        progress.begin(before);
        return this;
    }

    /// Waits.
    ///
    /// @return the exit code; what it means was printed
    int until(Goal goal, String service, Duration timeout) throws InterruptedException, IOException {
        Duration begun = pace.now();
        ServiceStatus last = null;
        String why = "";
        try (CtrlC _ = CtrlC.says(session, service)) {
            while (true) {
                Look look = look(service);
                Duration waited = pace.now().minus(begun);
                if (look.answered()) {
                    Verdict verdict = judged(goal.judge(Optional.ofNullable(look.status()), waited));
                    why = verdict instanceof Verdict.Open open ? open.why() : "";
                    last = look.status();
                    if (last != null) {
                        progress.show(last, why, waited);
                    }
                    if (verdict instanceof Verdict.Over over) {
                        progress.end();
                        return told(over);
                    }
                }
                Duration left = timeout.minus(waited);
                if (!left.isPositive()) {
                    progress.end();
                    return told(late(goal, service, timeout, last, why));
                }
                pace.pause(left.compareTo(POLL) < 0 ? left : POLL);
            }
        }
    }

    /// What was decided stays so, whatever comes while its end is waited for, such as a newer file.
    private Verdict judged(Verdict now) {
        Verdict.Over before = decided;
        decided = now instanceof Verdict.Open open ? open.decided() : null;
        boolean same =
                now instanceof Verdict.Over over ? before != null && over.code() == before.code() : decided != null;
        return before == null || same ? now : before;
    }

    private Verdict.Over late(Goal goal, String service, Duration timeout, @Nullable ServiceStatus last, String why) {
        if (decided != null) {
            return decided;
        }
        String state = lastFailure;
        if (state.isEmpty()) {
            state = last == null || !why.isEmpty() ? why : Goal.trouble(last);
        }
        if (last != null && !why.isEmpty()) {
            state += "; " + Goal.trouble(last);
        }
        return new Verdict.Over(
                // What was known before an agent went away says nothing of now.
                goal.late(lastFailure.isEmpty() ? last : null),
                "%s: not there after %s (%s); what was begun goes on, and \"dhow wait %s\" follows it"
                        .formatted(service, Quantities.text(timeout), state, service),
                null);
    }

    private int told(Verdict.Over over) throws IOException {
        if (over.code() == Exit.GOOD) {
            session.data(output.text(lastJson, Text.clean(over.message())));
            return over.code();
        }
        session.error(over.message());
        if (over.failed() != null) {
            session.note(Evidence.of(over.failed(), "  ").stripTrailing());
        }
        if (!output.isTable() && !lastJson.isEmpty()) {
            session.data(output.text(lastJson, ""));
        }
        return over.code();
    }

    /// @param status null: there is no such service, or nobody answered
    private record Look(boolean answered, @Nullable ServiceStatus status) {}

    private Look look(String service) throws InterruptedException, IOException {
        try {
            Optional<String> json = client.find(Paths.service(service));
            lastFailure = "";
            if (json.isEmpty()) {
                return new Look(true, null);
            }
            lastJson = json.get();
            return new Look(true, Json.read(lastJson, ServiceStatus.class));
        } catch (Refusal e) {
            String failure = String.valueOf(e.getMessage());
            if (!failure.equals(lastFailure)) {
                session.note("waiting on: " + Text.clean(failure));
            }
            lastFailure = failure;
            return new Look(false, null);
        }
    }
}
