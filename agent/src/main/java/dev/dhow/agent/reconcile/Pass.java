package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.Memory;
import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Planner;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.agent.status.StatusFold;
import dev.dhow.agent.status.StatusInput;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One service's passes: observe, judge, plan, tell, execute. Used by one thread at a time.
final class Pass {
    private final String service;
    private final Rooms rooms;
    private final LastExits lastExits;
    private final PassReport report;
    private volatile Memory memory = Memory.NONE;
    private volatile List<ObservedContainer> seen = List.of();

    Pass(String service, Rooms rooms) {
        this.service = service;
        this.rooms = rooms;
        lastExits = new LastExits(rooms.runtime());
        report = new PassReport(service, rooms.listener());
    }

    /// What a pass came to.
    ///
    /// @param plan what was planned
    /// @param containers how many the service has
    /// @param again whether the next pass is due at once, because something was done
    /// @param wakeAt when the next pass is due because of time alone, monotonic
    record Result(Plan plan, int containers, boolean again, Optional<Duration> wakeAt) {}

    /// Runs one pass.
    ///
    /// @throws RuntimeFailure when Docker cannot be read; then nothing was done
    Result run(Mailbox.Mail mail) throws RuntimeFailure, InterruptedException {
        Duration began = rooms.ticker().now();
        need(mail.desired());
        PassInput input = look(mail.desired(), rooms.observer().after(mail.moment()));
        Plan plan = Planner.plan(input);
        seen = input.containers();
        report.seen(seen);
        Thread tails = lastExits.fetch(seen);
        if (plan.isEmpty()) {
            tails.join();
        }
        rooms.board()
                .publish(StatusFold.fold(new StatusInput(
                        input,
                        plan,
                        lastExits.all(),
                        rooms.board().of(service).orElse(null),
                        rooms.ticker().wall())));
        if (plan.isEmpty()) {
            report.passed(List.of(), rooms.ticker().now().minus(began));
            return new Result(plan, seen.size(), false, wakeAt(plan, input));
        }
        // A start does not wait for the last lines of what ended; the next pass, which follows at once, tells them.
        List<Outcome> outcomes = rooms.executor().execute(plan);
        tails.join();
        memory = memory.after(
                plan, outcomes, rooms.ticker().now(), rooms.jitter().getAsDouble());
        report.passed(outcomes, rooms.ticker().now().minus(began));
        return new Result(plan, seen.size(), true, Optional.empty());
    }

    /// The plan of the pass that would come next, and nothing done.
    Plan preview(Desired desired, Observed observed) {
        return Planner.plan(look(desired, observed));
    }

    /// Says what readings must answer for this service from now on.
    void need(Desired desired) {
        rooms.observer().need(service, needs(desired));
    }

    private PassInput look(Desired desired, Observed observed) {
        List<ObservedContainer> containers = observed.of(service);
        Map<String, Verdict> verdicts = desired.inForce()
                .map(spec -> rooms.health().judge(spec, containers, observed.images()))
                .orElse(Map.of());
        return new PassInput(
                rooms.host(),
                desired,
                observed,
                containers,
                verdicts,
                memory,
                rooms.key(),
                rooms.ticker().now());
    }

    private Needs needs(Desired desired) {
        Set<String> images = desired.inForce().map(ServiceSpec::roles).orElse(List.of()).stream()
                .map(RoleSpec::image)
                .collect(Collectors.toSet());
        Set<String> stale = seen.stream()
                .filter(ObservedContainer::running)
                .filter(this::healthMayBeOlder)
                .map(ObservedContainer::id)
                .collect(Collectors.toSet());
        return new Needs(images, stale);
    }

    /// Docker tells of a change of health only, not of each check: to know whether checks still run, look.
    private boolean healthMayBeOlder(ObservedContainer container) {
        DockerHealth health = container.health();
        return health != null
                && (health.lastEnd() == null
                        || health.lastEnd()
                                .plus(health.interval())
                                .isBefore(rooms.ticker().wall()));
    }

    private static Optional<Duration> wakeAt(Plan plan, PassInput input) {
        return Stream.concat(
                        plan.wakeAt().stream(),
                        input.verdicts().values().stream()
                                .map(Verdict::changesAt)
                                .filter(Objects::nonNull))
                .min(Comparator.naturalOrder());
    }

    /// Docker could not be read: what it showed is unknown now, and nothing else changes.
    void engineAway(RuntimeFailure failure, Duration took) {
        rooms.board()
                .dockerAway(
                        service,
                        String.valueOf(failure.getMessage()),
                        rooms.ticker().wall());
        report.engineAway(failure, took);
    }

    /// Ends what was kept for the service.
    void forget() {
        rooms.observer().forget(service);
        rooms.health().forget(service);
        rooms.board().forget(service);
        rooms.listener().forgotten(service);
    }
}
