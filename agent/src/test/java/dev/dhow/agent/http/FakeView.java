package dev.dhow.agent.http;

import dev.dhow.agent.status.AgentView;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An agent with one service, `shop`, that says what a test sets.
final class FakeView implements AgentView {
    volatile List<RoleStatus> roles = List.of();
    volatile @Nullable String notReady;
    volatile boolean alive = true;
    volatile @Nullable String unavailable;
    volatile @Nullable RuntimeException bug;
    volatile @Nullable String plannedFor = "never";
    /// Set: a plan blocks; counted down as it is interrupted.
    volatile @Nullable CountDownLatch blocked;

    final CountDownLatch planning = new CountDownLatch(1);
    /// How many plans were begun.
    final AtomicInteger plans = new AtomicInteger();

    @Override
    public List<ServiceStatus> services() {
        RuntimeException thrown = bug;
        if (thrown != null) {
            throw thrown;
        }
        return List.of(new ServiceStatus(
                "shop", "3f2a9c10", "3f2a9c10", null, Phase.Running, List.of(), roles, null, List.of()));
    }

    @Override
    public Optional<ServiceStatus> service(String name) {
        return services().stream().filter(s -> s.service().equals(name)).findFirst();
    }

    @Override
    public Optional<String> notReady() {
        return Optional.ofNullable(notReady);
    }

    @Override
    public boolean alive() {
        return alive;
    }

    @Override
    public boolean dockerUp() {
        return true;
    }

    @Override
    public PlanBody plan(@Nullable String service) throws Unavailable, InterruptedException {
        plannedFor = service;
        planning.countDown();
        plans.incrementAndGet();
        CountDownLatch latch = blocked;
        if (latch != null) {
            try {
                new CountDownLatch(1).await();
            } finally {
                latch.countDown();
            }
        }
        String reason = unavailable;
        if (reason != null) {
            throw new Unavailable(reason);
        }
        return new PlanBody(
                List.of(new PlanBody.StepBody("shop/web/1", "create", "shop-web-3f2a9c10-1", "no container")));
    }
}
