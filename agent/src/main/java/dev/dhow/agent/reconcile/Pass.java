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
import dev.dhow.agent.status.DockerAway;
import dev.dhow.agent.status.StatusFold;
import dev.dhow.agent.status.StatusInput;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One service's passes: observe, judge, plan, tell, execute. Used by one thread at a time.
final class Pass {
    private static final Logger log = LoggerFactory.getLogger(Pass.class);
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final Observed NOTHING_SEEN = new Observed(Duration.ZERO, List.of(), Map.of(), Set.of(), Set.of());

    private final String service;
    private final Rooms rooms;
    private final LastExits lastExits;
    private final PassReport report;
    private volatile Memory memory = Memory.NONE;
    private volatile @Nullable PassInput last;
    private Duration effectsEnded = Duration.ZERO;

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
        // What this service did itself must be seen, whoever asked for the pass and when.
        Duration moment = mail.moment().compareTo(effectsEnded) < 0 ? effectsEnded : mail.moment();
        PassInput seen = look(mail.desired(), rooms.observer().after(moment));
        PassInput input = seen.with(Planner.refreshed(seen));
        last = input;
        Plan plan = Planner.plan(input);
        report.seen(input.containers());
        if (plan.isEmpty()) {
            lastExits.update(input.containers());
        }
        rooms.board().publish(status(input, plan));
        if (plan.isEmpty()) {
            memory = input.memory();
            report.passed(List.of(), rooms.ticker().now().minus(began));
            return new Result(plan, input.containers().size(), false, wakeAt(plan, input));
        }
        List<Outcome> outcomes = execute(mail.desired(), plan);
        effectsEnded = rooms.ticker().now();
        // Last lines come after what they would slow down; the next pass, which follows at once, tells them.
        lastExits.update(input.containers());
        memory = input.memory().after(outcomes, effectsEnded, rooms.jitter().getAsDouble());
        report.passed(outcomes, effectsEnded.minus(began));
        return new Result(plan, input.containers().size(), true, Optional.empty());
    }

    /// Carries a plan out. A stop may take its whole grace: meanwhile what is told of the service follows what is seen.
    private List<Outcome> execute(Desired desired, Plan plan) throws InterruptedException {
        FutureTask<List<Outcome>> steps =
                new FutureTask<>(() -> rooms.executor().execute(plan, report::step));
        Thread.ofVirtual().name("steps-" + service).start(steps);
        try {
            while (true) {
                try {
                    return steps.get(REFRESH.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    refresh(desired, plan);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException("the agent stops");
            }
            throw new IllegalStateException("the steps of %s ended by a bug".formatted(service), e.getCause());
        } finally {
            steps.cancel(true);
        }
    }

    private void refresh(Desired desired, Plan plan) throws InterruptedException {
        try {
            Observed observed = rooms.observer().after(rooms.ticker().now());
            rooms.board().publish(status(look(desired, observed), plan));
        } catch (RuntimeFailure e) {
            // The steps meet the same failure and tell it.
            log.atDebug()
                    .addKeyValue("service", service)
                    .addKeyValue("error", e.getMessage())
                    .log("no refresh");
        }
    }

    private ServiceStatus status(PassInput input, Plan plan) {
        return StatusFold.fold(new StatusInput(
                input,
                plan,
                lastExits.all(),
                rooms.board().of(service).orElse(null),
                rooms.ticker().wall()));
    }

    /// The plan of the pass that would come next. Nothing is done, and no check learns of it.
    Plan preview(Desired desired, Observed observed) {
        PassInput input = input(desired, observed, rooms.health().verdicts(service));
        return Planner.plan(input.with(Planner.refreshed(input)));
    }

    /// Says what readings must answer for this service from now on.
    void need(Desired desired) {
        rooms.observer().need(service, needs(desired));
    }

    private PassInput look(Desired desired, Observed observed) {
        List<ObservedContainer> containers = observed.of(service);
        return input(
                desired,
                observed,
                desired.inForce()
                        .map(spec -> rooms.health().judge(spec, containers, observed.images()))
                        .orElse(Map.of()));
    }

    private PassInput input(Desired desired, Observed observed, Map<String, Verdict> verdicts) {
        return new PassInput(
                rooms.host(),
                desired,
                observed,
                observed.of(service),
                verdicts,
                memory,
                rooms.key(),
                rooms.ticker().now());
    }

    private Needs needs(Desired desired) {
        Set<String> images = desired.inForce().map(ServiceSpec::roles).orElse(List.of()).stream()
                .map(RoleSpec::image)
                .collect(Collectors.toSet());
        PassInput before = last;
        List<ObservedContainer> seen = before == null ? List.of() : before.containers();
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

    /// Docker could not be read: what it showed is unknown now, and nothing else changes. The file may have changed
    /// meanwhile, which is told.
    void engineAway(Desired desired, RuntimeFailure failure, Duration took) {
        PassInput seen = last;
        PassInput input = seen == null ? input(desired, NOTHING_SEEN, Map.of()) : seen.with(desired);
        String revision =
                desired.inForce().map(spec -> Planner.revision(input, spec)).orElse(null);
        ServiceStatus before = rooms.board().of(service).orElse(null);
        rooms.board()
                .publish(DockerAway.of(
                        status(input, Plan.nothing(service, revision)),
                        before,
                        String.valueOf(failure.getMessage()),
                        rooms.ticker().wall()));
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
