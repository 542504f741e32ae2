package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.Checked;
import dev.dhow.agent.plan.Lookups;
import dev.dhow.agent.plan.Memory;
import dev.dhow.agent.plan.Occasions;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Past;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Planner;
import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.plan.Rollouts;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.plan.World;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.Verdict;
import dev.dhow.agent.status.DockerAway;
import dev.dhow.agent.status.Drained;
import dev.dhow.agent.status.StatusFold;
import dev.dhow.agent.status.StatusInput;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One service's passes: observe, judge, plan, tell, and set the steps going. Used by one thread at a time.
final class Pass {
    private static final Observed NOTHING_SEEN =
            new Observed(Duration.ZERO, List.of(), Map.of(), Set.of(), Set.of(), 0);

    private final String service;
    private final Rooms rooms;
    private final LastExits lastExits;
    private final PassReport report;
    private final Remembered remembered;
    private final Lanes lanes;
    private volatile Memory memory = Memory.NONE;
    private volatile Drained drained = Drained.NONE;
    private volatile @Nullable PassInput last;
    /// What was planned from that.
    private Plan planned;

    /// @param over called when steps of an earlier pass ended
    Pass(String service, Rooms rooms, Runnable over) {
        this.service = service;
        this.rooms = rooms;
        planned = Plan.nothing(service, null);
        lastExits = new LastExits(rooms.runtime());
        report = new PassReport(service, rooms.listener());
        remembered = new Remembered(service, rooms);
        report.remembered(remembered.chronicle());
        lanes = new Lanes(rooms.executor(), rooms.ticker(), report::step, over);
    }

    /// What a pass came to.
    ///
    /// @param containers how many the service has
    /// @param again whether the next pass is due at once, because this one could not set its steps going
    /// @param wakeAt when the next pass is due because of time alone, monotonic
    record Result(Plan plan, int containers, boolean again, Optional<Duration> wakeAt) {}

    /// Runs one pass. Steps that take their time go on when it is over.
    ///
    /// @throws RuntimeFailure when Docker cannot be read; then nothing was done
    Result run(Mailbox.Mail mail) throws RuntimeFailure, InterruptedException {
        Duration began = rooms.ticker().now();
        if (remembered.readAgain()) {
            report.remembered(remembered.chronicle());
        }
        need(mail.desired());
        Lanes.Standing standing = lanes.take();
        if (!standing.outcomes().isEmpty()) {
            memory = memory.after(standing.outcomes(), began, rooms.jitter().getAsDouble());
        }
        drained = drained.after(standing.outcomes());
        // What this service did itself must be seen, whoever asked for the pass and when.
        Duration moment = mail.moment().compareTo(standing.lastEffect()) < 0 ? standing.lastEffect() : mail.moment();
        Observed observed = rooms.observer().after(moment);
        drained = drained.among(observed.of(service));
        PassInput input = look(mail.desired(), observed, standing.underWay());
        Sights.of(input).ifPresent(sight -> rooms.traffic().see(service, sight));
        Plan plan = Planner.plan(input);
        ServiceStatus status = told(input, plan);
        rooms.watch().told(status);
        if (rooms.watch().suspected() && !input.world().hostSuspected()) {
            // It is the failing of this very service that makes the host suspect.
            input = input.suspecting();
            plan = Planner.plan(input);
            status = told(input, plan);
        }
        last = input;
        planned = plan;
        report.seen(input.containers());
        rooms.board().publish(status);
        memory = input.memory();
        boolean grounded = plan.first().isEmpty() || lanes.first(plan.first());
        if (grounded) {
            plan.lanes().forEach(lanes::launch);
        }
        report.passed(standing.outcomes(), !plan.isEmpty(), rooms.ticker().now().minus(began));
        return new Result(plan, input.world().containers().size(), !grounded, wakeAt(plan, input));
    }

    /// Takes what is seen in: what is new is stored before anything is done because of it.
    private PassInput look(Desired desired, Observed observed, List<Step> underWay) throws InterruptedException {
        PassInput seen = input(desired, observed, rooms.health().verdicts(service), underWay);
        remembered.keep(Rollouts.begin(seen));
        PassInput begun = seen.with(remembered.chronicle());
        Map<String, Verdict> verdicts =
                rooms.health().judge(service, Checked.of(begun), Rollouts.proving(begun), begun.containers(), observed);
        PassInput judged = begun.judged(verdicts);
        if (remembered.progressing() && desired.usable().isPresent()) {
            // A rollout that fails tells with which last lines.
            lastExits.update(judged.world().containers());
            judged = judged.with(lastExits.all());
        }
        judged = judged.with(Planner.refreshed(judged));
        Rollouts.Judged end = Rollouts.judge(judged);
        Chronicle told = lastExits.told(
                remembered.chronicle(), end.chronicle(), judged.world().containers());
        report.rolledOut(remembered.chronicle(), told);
        Rollouts.Judged noted = Occasions.look(judged.with(told).with(end.memory()));
        report.ran(told, noted.chronicle());
        remembered.keep(noted.chronicle());
        return judged.with(noted.chronicle()).with(noted.memory());
    }

    /// The status of a pass. Last lines are fetched only where there is nothing to do: Docker is slow to tell them.
    private ServiceStatus told(PassInput input, Plan plan) {
        if (plan.isEmpty()) {
            lastExits.update(input.world().containers());
        }
        return status(input, plan);
    }

    private ServiceStatus status(PassInput input, Plan plan) {
        return StatusFold.fold(new StatusInput(
                input,
                plan,
                lastExits.all(),
                drained,
                rooms.board().of(service).orElse(null),
                rooms.ticker().wall()));
    }

    /// The plan of the pass that would come next. Nothing is done, and no check learns of it.
    Plan preview(Desired desired, Observed observed) {
        PassInput input = input(desired, observed, rooms.health().verdicts(service), lanes.left());
        PassInput begun = input.with(Rollouts.begin(input));
        return Planner.plan(begun.with(Planner.refreshed(begun)));
    }

    /// Takes a request of a person; what it changes is stored when this returns, else nothing changes.
    Requests.Reply take(Desired desired, Request request) {
        if (remembered.readAgain()) {
            report.remembered(remembered.chronicle());
        }
        PassInput before = last;
        PassInput input = before == null
                ? input(desired, NOTHING_SEEN, Map.of(), List.of())
                : before.with(desired).with(remembered.chronicle());
        Requests.Reply reply = remembered.stored(Requests.take(input, request));
        if (reply.accepted()) {
            memory = reply.memory();
        }
        return reply;
    }

    /// What is remembered of the service.
    Chronicle chronicle() {
        return remembered.chronicle();
    }

    /// Says what readings must answer for this service from now on.
    void need(Desired desired) {
        rooms.observer().need(service, needs(desired));
    }

    private PassInput input(Desired desired, Observed observed, Map<String, Verdict> verdicts, List<Step> underWay) {
        World world = new World(
                observed,
                observed.of(service),
                verdicts,
                rooms.traffic().present(),
                rooms.traffic().routed(service),
                Elsewhere.ready(rooms.board(), desired),
                rooms.watch().suspected());
        PassInput before = last;
        Memory known = before == null ? memory : memory.between(before.observed(), observed, service);
        Remembered.Read files = remembered.files(desired);
        Past past = new Past(known, remembered.chronicle(), files.specs(), files.problems(), underWay, lastExits.all());
        return new PassInput(
                rooms.host(),
                rooms.keys().now(),
                desired,
                world,
                past,
                rooms.ticker().now(),
                rooms.ticker().wall());
    }

    Needs needs(Desired desired) {
        return Lookups.of(desired, chronicle(), last, rooms.ticker().wall());
    }

    private static Optional<Duration> wakeAt(Plan plan, PassInput input) {
        return Stream.of(
                        plan.wakeAt().stream(),
                        Rollouts.watchedUntil(input).stream(),
                        Occasions.wakeAt(input).stream(),
                        input.world().verdicts().values().stream()
                                .map(Verdict::changesAt)
                                .filter(Objects::nonNull))
                .flatMap(Function.identity())
                .min(Comparator.naturalOrder())
                .map(due -> lookAt(due, input.now()));
    }

    /// When to look for what is due. Where it is past, Docker was read before: at once, and less and less often as long
    /// as it cannot be read anew.
    private static Duration lookAt(Duration due, Duration now) {
        return due.compareTo(now) > 0 ? due : now.plus(now.minus(due));
    }

    /// Docker could not be read: what it showed is unknown now, and nothing else changes. What Docker need not be asked
    /// for is told as it is: what the file says, what is under way, and who has the traffic.
    void engineAway(Desired desired, RuntimeFailure failure, Duration took) {
        PassInput seen = last;
        if (seen != null) {
            memory = memory.away(seen.world().containers());
        }
        PassInput input = seen == null
                ? input(desired, NOTHING_SEEN, Map.of(), List.of())
                : input(desired, seen.observed(), seen.world().verdicts(), lanes.left())
                        .with(seen.memory());
        Plan plan = planned.towards(input.goal().orElse(null));
        ServiceStatus before = rooms.board().of(service).orElse(null);
        rooms.board()
                .publish(DockerAway.of(
                        status(input, plan),
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
        rooms.watch().forget(service);
        rooms.traffic().forget(service);
        rooms.listener().forgotten(service);
        remembered.forget();
    }
}
