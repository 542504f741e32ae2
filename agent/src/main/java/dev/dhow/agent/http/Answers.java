package dev.dhow.agent.http;

import dev.dhow.agent.status.AgentView;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.http.PlanBody.StepBody;
import dev.dhow.api.http.ServicesBody;
import dev.dhow.api.status.ServiceStatus;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What each route answers, from the view alone.
final class Answers {
    private final AgentView view;
    private final Supplier<String> metrics;
    private final Aside plans = new Aside();
    /// Of its own: plans that wait for an engine must not hide the metrics that tell of it.
    private final Aside scrapes = new Aside();

    Answers(AgentView view, Supplier<String> metrics) {
        this.view = view;
        this.metrics = metrics;
    }

    void answer(Route route, Door door, RoutingContext context) {
        switch (route) {
            case HEALTHZ -> healthz(context);
            case READYZ -> readyz(context);
            case METRICS ->
                scrapes.run(context, () -> {
                    String text = metrics.get();
                    return () -> Answer.send(context, 200, Answer.PROMETHEUS, text);
                });
            case SERVICES ->
                Answer.json(
                        context,
                        200,
                        new ServicesBody(view.services().stream()
                                .map(status -> shown(status, door))
                                .toList()));
            case SERVICE -> service(door, context);
            case PLAN -> plan(context);
        }
    }

    private void healthz(RoutingContext context) {
        if (view.alive()) {
            Answer.json(context, 200, Map.of("status", "ok"));
        } else {
            Answer.error(context, 503, "the loop has not moved for 60 s; the agent's log tells where it hangs");
        }
    }

    private void readyz(RoutingContext context) {
        Optional<String> reason = view.notReady();
        if (reason.isEmpty()) {
            Answer.json(context, 200, Map.of("status", "ready"));
        } else {
            Answer.error(context, 503, reason.get());
        }
    }

    private void service(Door door, RoutingContext context) {
        String name = String.valueOf(context.pathParam("service"));
        view.service(name)
                .ifPresentOrElse(
                        status -> Answer.json(context, 200, shown(status, door)), () -> unknown(context, name));
    }

    /// As that door may see it.
    private static ServiceStatus shown(ServiceStatus status, Door door) {
        return switch (door) {
            case SOCKET -> status;
            case LOOPBACK, NETWORK -> WithoutOutput.of(status);
        };
    }

    private void plan(RoutingContext context) {
        List<String> names = context.queryParam("service");
        if (names.size() > 1) {
            Answer.error(context, 400, "a plan is of one service or of all: give ?service= once");
            return;
        }
        String name = names.isEmpty() ? null : names.getFirst();
        if (name != null && view.service(name).isEmpty()) {
            unknown(context, name);
            return;
        }
        plans.run(context, () -> {
            try {
                PlanBody plan = view.plan(name);
                return () -> Answer.json(
                        context, 200, new Plan(plan.steps(), plan.steps().size()));
            } catch (AgentView.Unavailable e) {
                return () -> Answer.error(context, 503, String.valueOf(e.getMessage()));
            }
        });
    }

    private static void unknown(RoutingContext context, String name) {
        Answer.error(context, 404, "unknown service \"%s\"; GET /v1/services lists all".formatted(name));
    }

    /// A plan with its count, for readers that want no list.
    private record Plan(List<StepBody> steps, int changes) {}
}
