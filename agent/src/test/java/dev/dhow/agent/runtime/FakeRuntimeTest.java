package dev.dhow.agent.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.TestRoles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The fake keeps the contract, and its script does what tests rely on.
final class FakeRuntimeTest extends ContainerRuntimeContract {
    private static final String SLEEPER = "dhow-test/sleeper:1";
    private static final String CHECKED = "dhow-test/checked:1";

    private final ManualTicker ticker = new ManualTicker();

    private FakeRuntime fake() {
        FakeRuntime fake = new FakeRuntime("contract", ticker);
        fake.addImage(SLEEPER);
        fake.addImage(CHECKED, true, 80);
        return fake;
    }

    @Override
    protected RuntimeWorld open() {
        return new World(fake());
    }

    private static String running(FakeRuntime fake) throws Exception {
        fake.createNetwork("dhow", Map.of());
        String id = fake.create(TestRoles.request("contract", "shop", TestRoles.plain("web", SLEEPER)));
        fake.start(id);
        fake.forgetCalls();
        return id;
    }

    @Test
    void callsAreRecordedAsText() throws Exception {
        FakeRuntime fake = fake();
        String id = running(fake);
        fake.stop(id, Duration.ZERO);
        fake.remove(id);
        assertEquals(List.of("stop shop-web-0badcafe-1", "remove shop-web-0badcafe-1"), fake.calls());
    }

    @Test
    void aScriptedFailureHasNoEffectAndHappensOnce() throws Exception {
        FakeRuntime fake = fake();
        String id = running(fake);
        fake.failNext("stop", Kind.OTHER);
        assertThrows(RuntimeFailure.class, () -> fake.stop(id, Duration.ZERO));
        assertTrue(fake.observe(Needs.NONE).containers().getFirst().running());
        fake.stop(id, Duration.ZERO);
    }

    @Test
    void aFailureForOneSubjectLeavesOthers() throws Exception {
        FakeRuntime fake = fake();
        fake.addRemoteImage("a:1", false);
        fake.addRemoteImage("b:1", false);
        fake.failAlways("pull", "a:", Kind.REGISTRY);
        assertThrows(RuntimeFailure.class, () -> fake.pull("a:1", null));
        assertThrows(RuntimeFailure.class, () -> fake.pull("a:1", null));
        fake.pull("b:1", null);
        fake.heal();
        fake.pull("a:1", null);
    }

    @Test
    void aHungCallGoesOnWhenReleased() throws Exception {
        FakeRuntime fake = fake();
        String id = running(fake);
        FakeRuntime.Hanging hanging = fake.hangNext("stop");
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                fake.stop(id, Duration.ZERO);
            } catch (RuntimeFailure | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        hanging.awaitEntered();
        assertTrue(fake.observe(Needs.NONE).containers().getFirst().running());
        hanging.release();
        caller.join();
        assertEquals(1, fake.observe(Needs.NONE).containers().size());
        assertTrue(!fake.observe(Needs.NONE).containers().getFirst().running());
    }

    @Test
    void aPolicyRestartCountsAndMovesTheAddress() throws Exception {
        FakeRuntime fake = fake();
        String id = running(fake);
        var before = fake.observe(Needs.NONE).containers().getFirst();
        ticker.advance(Duration.ofSeconds(1));
        fake.docker().policyRestart(id, 7);
        var after = fake.observe(Needs.NONE).containers().getFirst();
        assertEquals(1, after.restartCount());
        assertEquals(7, after.exitCode());
        assertTrue(!before.addresses().equals(after.addresses()));
        assertTrue(!java.util.Objects.equals(before.startedAt(), after.startedAt()));
    }

    /// The fake's hand.
    private record World(FakeRuntime fake) implements RuntimeWorld {
        @Override
        public ContainerRuntime runtime() {
            return fake;
        }

        @Override
        public String sleeper() {
            return SLEEPER;
        }

        @Override
        public String checked() {
            return CHECKED;
        }

        @Override
        public List<String> spare() {
            fake.addImage("dhow-test/spare:1");
            fake.alsoNamed("dhow-test/spare:1", "dhow-test/other:1");
            return List.of("dhow-test/spare:1", "dhow-test/other:1");
        }

        @Override
        public String foreign(String name, @Nullable Owner owner) {
            return fake.addForeign(name, owner);
        }

        @Override
        public void kill(String id) {
            fake.docker().kill(id);
        }

        @Override
        public void pause(String id) {
            fake.docker().pause(id);
        }

        @Override
        public void remove(String id) {
            fake.docker().removeByHand(id);
        }

        @Override
        public void rename(String id, String name) {
            fake.docker().rename(id, name);
        }

        @Override
        public void heal(String id) {
            fake.docker().setHealth(id, DockerHealth.Status.HEALTHY);
        }

        @Override
        public void loseNextAnswer(String operation) {
            fake.loseAnswer(operation, Kind.UNAVAILABLE);
        }

        @Override
        public boolean exists(String name) {
            return fake.names().contains(name);
        }

        @Override
        public void close() {
            fake.close();
        }
    }
}
