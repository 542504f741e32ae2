package dev.dhow.agent.cli;

import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Shows a wait while it lasts.
interface Progress {
    /// Says how it was before anything began, so that what came meanwhile is told as new. Without it the first moment
    /// shown is that.
    ///
    /// @param before null: there was no such service
    void begin(@Nullable ServiceStatus before);

    /// Shows a moment.
    ///
    /// @param why what is waited for, where the status does not say it; may be empty
    /// @param waited since the first look
    void show(ServiceStatus now, String why, Duration waited);

    /// Ends the show, before anything else is printed.
    void end();

    /// A block that is redrawn for a person who looks at tables; else one line per transition, among the messages.
    static Progress of(Session session, Output output) {
        boolean person = session.terminal()
                && output.isTable()
                && !session.env().getOrDefault("TERM", "").equals("dumb");
        return person ? LiveBlock.of(session.out(), session.env()) : new TransitionLines(session::note);
    }
}
