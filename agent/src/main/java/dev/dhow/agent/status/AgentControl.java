package dev.dhow.agent.status;

import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.http.PlanBody;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that the API may ask of the agent beside looking. Every request is stored before it is answered, so that an
/// agent killed afterwards still does it.
public interface AgentControl {
    /// Holds the service at an earlier revision until its file's content changes or a retry.
    ///
    /// @param revision null: the newest earlier one that became Available
    Answer rollback(String service, @Nullable String revision) throws InterruptedException;

    /// Forgets that the file's content failed, a rollback's hold, and every wait after a failure.
    Answer retry(String service) throws InterruptedException;

    /// Resolves the service's tags anew; another digest is a new revision with all gates.
    Answer update(String service) throws InterruptedException;

    /// Makes every container of the service anew, as a rollout does.
    Answer restart(String service) throws InterruptedException;

    /// Leaves the service as it is from now on, whatever happens to it.
    Answer hold(String service) throws InterruptedException;

    /// Ends a [#hold].
    Answer unhold(String service) throws InterruptedException;

    /// Answers the service's requests with 503 and a page, or ends that.
    ///
    /// @param message for that page; null: none
    Answer maintenance(String service, boolean on, @Nullable String message) throws InterruptedException;

    /// Lets the service's requests wait, until [#resume].
    Answer pause(String service) throws InterruptedException;

    /// Ends a [#pause].
    Answer resume(String service) throws InterruptedException;

    /// The service's revisions; empty: nobody knows the service.
    ///
    /// @param show the revision whose file is wanted too; null: none
    Optional<HistoryBody> history(String service, @Nullable String show);

    /// What the next pass would do if this were the service's file. Nothing is stored.
    ///
    /// @param fileName as messages name it, its name without the extension being the service
    /// @throws AgentView.Unavailable when Docker cannot be read
    PlanBody plan(String fileName, String text) throws AgentView.Unavailable, InterruptedException;

    /// What became of a request.
    sealed interface Answer {
        /// It is stored and under way.
        ///
        /// @param message what happens now, for people
        record Accepted(String message) implements Answer {}

        /// Nobody knows the service.
        record Unknown() implements Answer {}

        /// It cannot be done.
        ///
        /// @param message why, and the next step
        record Refused(String message) implements Answer {}
    }
}
