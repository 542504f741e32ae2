package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.RuntimeFailure;
import java.time.Duration;

/// What became of a step.
public sealed interface Outcome {
    /// The step.
    Step step();

    /// It was done.
    record Done(Step step, Duration took) implements Outcome {}

    /// It failed; the steps after it in its lane were left.
    record Failed(Step step, RuntimeFailure.Kind kind, String message) implements Outcome {}
}
