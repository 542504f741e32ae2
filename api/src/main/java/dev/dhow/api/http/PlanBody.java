package dev.dhow.api.http;

import java.util.List;

/// The answer of `GET /v1/plan`: the next pass.
///
/// @param steps in order; empty: nothing to do
public record PlanBody(List<StepBody> steps) {
    /// Copies the list.
    public PlanBody {
        steps = List.copyOf(steps);
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
