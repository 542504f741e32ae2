package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.RuntimeFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of a step.
public sealed interface Outcome {
    /// The step.
    Step step();

    /// It was done.
    record Done(Step step, Duration took) implements Outcome {}

    /// It failed; the steps after it in its lane were left.
    ///
    /// @param retryAfter how long whoever refused asked to wait; null: nobody said
    record Failed(
            Step step,
            RuntimeFailure.Kind kind,
            String message,
            @Nullable Duration retryAfter) implements Outcome {
        /// A failure of which nobody said how long to wait.
        public Failed(Step step, RuntimeFailure.Kind kind, String message) {
            this(step, kind, message, null);
        }
    }
}
