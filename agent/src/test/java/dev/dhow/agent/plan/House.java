package dev.dhow.agent.plan;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One service on an engine in memory, whose passes a test steps by hand: observe, judge, plan, execute.
///
/// Running containers are ready unless a test says otherwise.
public final class House {
    public static final String HOST = "web-1";

    public final ManualTicker ticker = new ManualTicker();
    public final FakeRuntime runtime = new FakeRuntime(HOST, ticker);
    public final Map<String, Verdict> verdicts = new HashMap<>();
    public final Executor executor = new Executor(runtime, ticker, 4, 2);
    public Memory memory = Memory.NONE;
    public @Nullable HmacKey key = new HmacKey(new byte[32]);
    public Desired desired;

    public House(RoleSpec... roles) {
        desired = wanted(roles);
        for (RoleSpec role : roles) {
            runtime.addImage(role.image());
        }
    }

    public static Desired wanted(RoleSpec... roles) {
        return new Desired.Wanted(Declared.of(new ServiceSpec("shop", List.of(roles))), List.of());
    }

    public House want(RoleSpec... roles) {
        desired = wanted(roles);
        return this;
    }

    /// The next pass, not carried out.
    public Plan plan() throws RuntimeFailure, InterruptedException {
        return Planner.plan(input());
    }

    public PassInput input() throws RuntimeFailure, InterruptedException {
        Set<String> images = new HashSet<>();
        desired.inForce().ifPresent(spec -> spec.roles().forEach(r -> images.add(r.image())));
        Observed observed = runtime.observe(new Needs(images, Set.of()));
        Map<String, Verdict> all = new HashMap<>();
        observed.containers().forEach(c -> all.put(c.id(), verdicts.getOrDefault(c.id(), judge(c))));
        return new PassInput(HOST, desired, observed, observed.of("shop"), all, memory, key, ticker.now());
    }

    private static Verdict judge(ObservedContainer container) {
        return container.running()
                ? new Verdict(Health.READY, "Ready", "ready", null, false, false, null)
                : new Verdict(Health.UNREADY, "Exited", "exited", null, false, false, null);
    }

    public void starting(String container) {
        verdicts.put(
                runtime.id(container),
                new Verdict(Health.STARTING, "Starting", "not ready yet", null, false, false, null));
    }

    public void unhealthy(String container, String message) {
        verdicts.put(runtime.id(container), new Verdict(Health.UNREADY, "Unhealthy", message, null, true, false, null));
    }

    public void completed(String container) {
        verdicts.put(
                runtime.id(container),
                new Verdict(Health.READY, "Completed", "ran to its end", null, false, false, null));
    }

    public void ready(String container) {
        verdicts.remove(runtime.id(container));
    }

    /// One pass, carried out. Returns its text, with the revision written as REV for short.
    public String pass() throws RuntimeFailure, InterruptedException {
        Plan plan = plan();
        List<Outcome> outcomes = executor.execute(plan, _ -> {});
        memory = Planner.refreshed(input()).after(outcomes, ticker.now(), 0);
        return text(plan);
    }

    public static String text(Plan plan) {
        String text = plan.body().text();
        return plan.revision() == null ? text : text.replace(plan.revision(), "REV");
    }

    /// Passes until nothing is left to do.
    public House settle() throws RuntimeFailure, InterruptedException {
        for (int i = 0; i < 50; i++) {
            if (plan().isEmpty()) {
                return this;
            }
            pass();
        }
        throw new AssertionError("not settled after 50 passes: " + text(plan()));
    }

    public String revision() throws RuntimeFailure, InterruptedException {
        return String.valueOf(plan().revision());
    }

    public void advance(Duration by) {
        ticker.advance(by);
    }
}
