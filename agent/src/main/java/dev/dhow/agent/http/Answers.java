package dev.dhow.agent.http;

import dev.dhow.agent.status.AgentControl;
import dev.dhow.agent.status.AgentView;
import dev.dhow.agent.status.HostDesk;
import dev.dhow.api.http.CertificatesBody;
import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.http.PlanBody.StepBody;
import dev.dhow.api.http.PlanBody.WaitBody;
import dev.dhow.api.http.ProbesBody;
import dev.dhow.api.http.ServicesBody;
import dev.dhow.api.status.ServiceStatus;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What each route that only looks answers; [Changes] has the others.
final class Answers {
    private final AgentView view;
    private final AgentControl control;
    private final HostDesk host;
    private final Supplier<String> metrics;
    private final Changes changes;
    private final Aside plans = new Aside();
    /// Of its own: plans that wait for an engine must not hide the metrics that tell of it.
    private final Aside scrapes = new Aside();

    Answers(ApiParts parts) {
        this.view = parts.view();
        this.control = parts.control();
        this.host = parts.host();
        this.metrics = parts.metrics();
        this.changes = new Changes(parts);
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
            case HISTORY -> history(door, context);
            case PLAN -> plan(context);
            case HOST -> Answer.json(context, 200, host.status());
            case PROBES -> Answer.json(context, 200, new ProbesBody(host.probes()));
            case DRAIN -> changes.host(context, host::drain);
            case UNDRAIN -> changes.host(context, host::undrain);
            case CERTIFICATES -> Answer.json(context, 200, new CertificatesBody(view.certificates()));
            case APPLY -> changes.apply(context);
            case REMOVE -> changes.remove(context);
            case ROLLBACK -> changes.rollback(context);
            case RETRY -> changes.ask(context, control::retry);
            case UPDATE -> changes.ask(context, control::update);
            case RESTART -> changes.ask(context, control::restart);
            case HOLD -> changes.ask(context, control::hold);
            case UNHOLD -> changes.ask(context, control::unhold);
            case PAUSE -> changes.ask(context, control::pause);
            case RESUME -> changes.ask(context, control::resume);
            case MAINTENANCE -> changes.maintenance(context);
            case VALIDATE -> changes.validate(context);
            case PLAN_TEXT -> changes.plan(context);
            case CONFIRM_REMOVAL -> changes.confirmRemoval(context);
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
                        status -> Answer.tagged(context, 200, status.content(), shown(status, door)),
                        () -> unknown(context, name));
    }

    private void history(Door door, RoutingContext context) {
        String name = String.valueOf(context.pathParam("service"));
        List<String> shows = context.queryParam("show");
        if (shows.size() > 1) {
            Answer.error(context, 400, "one revision is shown at a time: give ?show= once");
            return;
        }
        if (!shows.isEmpty() && door != Door.SOCKET) {
            Answer.error(
                    context, 403, "a file may hold values of an environment; ask for it on the socket of the host");
            return;
        }
        String show = shows.isEmpty() ? null : shows.getFirst();
        plans.run(context, () -> {
            Optional<HistoryBody> found = control.history(name, show);
            return () -> found.ifPresentOrElse(
                    history -> Answer.json(context, 200, shown(history, door)), () -> unknown(context, name));
        });
    }

    private static HistoryBody shown(HistoryBody history, Door door) {
        return switch (door) {
            case SOCKET -> history;
            case LOOPBACK, NETWORK -> WithoutOutput.of(history);
        };
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
                return () -> Answer.json(context, 200, Plan.of(plan));
            } catch (AgentView.Unavailable e) {
                return () -> Answer.error(context, 503, String.valueOf(e.getMessage()));
            }
        });
    }

    static void unknown(RoutingContext context, String name) {
        Answer.error(context, 404, "unknown service \"%s\"; \"dhow status\" lists all".formatted(name));
    }

    /// A plan with its count, for readers that want no list.
    record Plan(List<StepBody> steps, int changes, List<WaitBody> waits) {
        static Plan of(PlanBody plan) {
            return new Plan(plan.steps(), plan.steps().size(), plan.waits());
        }
    }
}
