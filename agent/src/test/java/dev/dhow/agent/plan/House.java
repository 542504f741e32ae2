package dev.dhow.agent.plan;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.health.HouseJudge;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.FakeTraffic;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.agent.state.Verdict;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One service on an engine in memory, whose passes a test steps by hand: observe, judge, plan, execute. Every step of
/// a plan is done before the next pass.
///
/// Running containers are ready unless a test says otherwise; of all others the agent's own judge speaks.
public final class House {
    public static final String HOST = "web-1";

    public final ManualTicker ticker = new ManualTicker();
    public final FakeRuntime runtime = new FakeRuntime(HOST, ticker);
    public final FakeTraffic traffic = new FakeTraffic();
    public final Map<String, Verdict> verdicts = new HashMap<>();
    public final Executor executor = new Executor(runtime, traffic, ticker, 4);
    public final Set<String> readyElsewhere = new HashSet<>();
    public final Set<String> unreadable = new HashSet<>();
    public boolean hostSuspected;
    public Memory memory = Memory.NONE;
    public Chronicle chronicle = Chronicle.EMPTY;
    public List<Step> underWay = List.of();
    /// So long each reading takes.
    public Duration reading = Duration.ZERO;
    public final List<Outcome> outcomes = new ArrayList<>();
    public @Nullable HmacKey key = new HmacKey(new byte[32]);
    public Desired desired;
    private final Map<String, ServiceSpec> files = new HashMap<>();
    private HouseJudge judge = new HouseJudge(ticker);
    private @Nullable Observed last;
    private @Nullable PassInput lastInput;

    public House(RoleSpec... roles) {
        desired = wanted(roles);
        want(roles);
        for (RoleSpec role : roles) {
            runtime.addImage(role.image());
        }
    }

    public static Desired wanted(RoleSpec... roles) {
        ServiceSpec spec = new ServiceSpec("shop", List.of(roles));
        return wanted(spec, text(spec));
    }

    private static Desired wanted(ServiceSpec spec, ServiceText text) {
        return new Desired.Wanted(new Declared(spec, text), List.of());
    }

    /// A text that stands for the spec: equal for equal specs.
    private static ServiceText text(ServiceSpec spec) {
        return new ServiceText("shop.yaml", "/etc", spec.toString());
    }

    public House want(RoleSpec... roles) {
        return want(new ServiceSpec("shop", List.of(roles)));
    }

    public House want(ServiceSpec spec) {
        ServiceText text = text(spec);
        desired = wanted(spec, text);
        files.put(text.text(), spec);
        return this;
    }

    /// The next pass, not carried out.
    public Plan plan() throws RuntimeFailure, InterruptedException {
        return Planner.plan(input());
    }

    /// What the next pass decides from, after it has judged.
    public PassInput input() throws RuntimeFailure, InterruptedException {
        PassInput seen = seen();
        PassInput begun = seen.with(Rollouts.begin(seen));
        PassInput fresh = begun.with(Planner.refreshed(begun));
        Rollouts.Judged judged = Rollouts.judge(fresh);
        Rollouts.Judged noted = Occasions.look(fresh.with(judged.chronicle()).with(judged.memory()));
        return fresh.with(noted.chronicle()).with(noted.memory());
    }

    /// The service's containers, also those for tasks, which no pass has looked at yet.
    public List<ObservedContainer> containers() throws RuntimeFailure, InterruptedException {
        return runtime.observe(Needs.NONE).of("shop");
    }

    private PassInput seen() throws RuntimeFailure, InterruptedException {
        Set<String> images = new HashSet<>();
        desired.inForce().ifPresent(spec -> spec.roles().forEach(r -> images.add(r.image())));
        files.values().forEach(spec -> spec.roles().forEach(r -> images.add(r.image())));
        chronicle.entries().forEach(e -> images.addAll(e.images().values()));
        Needs needs = Lookups.of(desired, chronicle, lastInput, ticker.wall());
        Observed observed = runtime.observe(new Needs(images, needs.containers()));
        ticker.advance(reading);
        Map<String, Verdict> all = new HashMap<>();
        observed.containers().forEach(c -> all.put(c.id(), judge.see(c, verdicts.get(c.id()))));
        World world = new World(
                observed,
                observed.of("shop"),
                all,
                traffic.present(),
                traffic.routed("shop"),
                readyElsewhere,
                hostSuspected);
        Map<String, ServiceSpec> specs = new HashMap<>();
        chronicle.entries().forEach(e -> {
            ServiceSpec spec = e.text() == null ? null : files.get(e.text().text());
            if (spec != null && !unreadable.contains(e.revision())) {
                specs.put(e.revision(), spec);
            }
        });
        Map<String, String> problems = new HashMap<>();
        unreadable.forEach(revision -> problems.put(revision, "secret DATABASE_URL is missing"));
        Observed before = last;
        Memory known = before == null ? memory : memory.between(before, observed, "shop");
        Past past = new Past(known, chronicle, specs, problems, underWay, Map.of());
        return new PassInput(HOST, key, desired, world, past, ticker.now(), ticker.wall());
    }

    public void starting(String container) {
        verdicts.put(
                runtime.id(container),
                new Verdict(Health.STARTING, "Starting", "not ready yet", null, false, false, null));
    }

    public void unhealthy(String container, String message) {
        verdicts.put(runtime.id(container), new Verdict(Health.UNREADY, "Unhealthy", message, null, true, false, null));
    }

    /// It will not become ready without a change.
    public void failing(String container, String message) {
        verdicts.put(
                runtime.id(container), new Verdict(Health.UNREADY, "NotReadyInTime", message, null, false, true, null));
    }

    public void completed(String container) {
        verdicts.put(
                runtime.id(container),
                new Verdict(Health.READY, "Completed", "ran to its end", null, false, false, null));
    }

    public void ready(String container) {
        verdicts.remove(runtime.id(container));
    }

    /// Takes a request; returns what is said to it.
    public String ask(Request request) throws RuntimeFailure, InterruptedException {
        Requests.Reply reply = Requests.take(input(), request);
        chronicle = reply.chronicle();
        memory = reply.memory();
        return reply.message();
    }

    /// One pass, carried out. Returns its text, with the revision written as REV for short.
    public String pass() throws RuntimeFailure, InterruptedException {
        PassInput input = input();
        chronicle = input.chronicle();
        last = input.observed();
        lastInput = input;
        Plan plan = Planner.plan(input);
        memory = input.memory().after(execute(plan.first(), plan.lanes()), ticker.now(), 0);
        return text(plan);
    }

    /// Does steps now, each lane up to its first failure.
    public List<Outcome> execute(List<Step> first, List<List<Step>> lanes) throws InterruptedException {
        List<Outcome> now = new ArrayList<>();
        executor.run(first, now::add);
        for (List<Step> lane : lanes) {
            executor.run(lane, now::add);
        }
        outcomes.addAll(now);
        return now;
    }

    public static String text(Plan plan) {
        String text = plan.body().text();
        return plan.revision() == null ? text : text.replace(plan.revision(), "REV");
    }

    /// Passes until nothing is left to do and nothing is watched any more.
    public House settle() throws RuntimeFailure, InterruptedException {
        for (int i = 0; i < 100; i++) {
            PassInput input = input();
            if (Planner.plan(input).isEmpty()) {
                chronicle = input.chronicle();
                memory = input.memory();
                last = input.observed();
                lastInput = input;
                if (memory.watch() == null) {
                    return this;
                }
                advance(Duration.ofSeconds(1));
            } else {
                pass();
            }
        }
        throw new AssertionError("not settled after 100 passes: " + text(plan()));
    }

    public String revision() throws RuntimeFailure, InterruptedException {
        return String.valueOf(plan().revision());
    }

    public boolean outcomeIs(String name) {
        return chronicle.last().isPresent() && outcome().equals(name);
    }

    /// Where the newest revision stands, such as `AVAILABLE`.
    public String outcome() {
        return chronicle.last().orElseThrow().rollout().outcome().name();
    }

    /// The agent dies and another one starts, which knows what is stored only.
    public void restartAgent() {
        last = null;
        lastInput = null;
        memory = Memory.NONE;
        judge = new HouseJudge(ticker);
    }

    public void advance(Duration by) {
        ticker.advance(by);
    }
}
