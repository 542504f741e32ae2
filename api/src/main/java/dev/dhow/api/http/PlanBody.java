package dev.dhow.api.http;

import java.util.List;
import java.util.Objects;

/// The answer of `GET` and `POST /v1/plan`: the next pass.
///
/// @param steps in order; empty: nothing to do
/// @param waits what is wanted and not done in this pass
public record PlanBody(List<StepBody> steps, List<WaitBody> waits) {
    /// Copies the lists. An agent of an earlier version tells no waits.
    public PlanBody {
        steps = List.copyOf(steps);
        waits = List.copyOf(Objects.requireNonNullElse(waits, List.of()));
    }

    /// One that tells no waits.
    public PlanBody(List<StepBody> steps) {
        this(steps, List.of());
    }

    /// Something that waits.
    ///
    /// @param subject `shop`, `shop/web` or `shop/web/1`
    /// @param message for what, for people
    public record WaitBody(String subject, String message) {
        /// The line that `dhow plan` prints beside the plan.
        public String line() {
            return "waits: %s: %s".formatted(subject, message);
        }
    }

    /// One step.
    ///
    /// @param subject `shop`, `shop/web` or `shop/web/1`
    /// @param verb such as `create`
    /// @param object what it is done to: a container's name, an image
    /// @param cause why
    public record StepBody(String subject, String verb, String object, String cause) {
        /// The line that `dhow plan` prints.
        public String line() {
            return "%s %s %s: %s".formatted(subject, verb, object, cause);
        }
    }

    /// What `dhow plan` prints: one line per step and the count.
    public String text() {
        StringBuilder text = new StringBuilder();
        steps.forEach(step -> text.append(step.line()).append('\n'));
        return text.append(
                        switch (steps.size()) {
                            case 0 -> "no changes";
                            case 1 -> "1 change";
                            default -> steps.size() + " changes";
                        })
                .append('\n')
                .toString();
    }
}
