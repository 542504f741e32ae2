package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.ImageUpdate;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// `image_update` asks by itself what `dhow update` asks.
class ImageUpdatesTest {
    private static final String TAG = "registry.test/shop:1";
    private static final String PULL = "shop/web pull %s: an update was asked for\n1 change\n".formatted(TAG);
    private static final RoleSpec WEB = TestRoles.proxied("web", TAG);
    private static final Duration EVERY = Duration.ofMinutes(5);

    private static ServiceSpec updated(Duration every, RoleSpec... roles) {
        return new ServiceSpec("shop", List.of(roles), null, false, new ImageUpdate(every));
    }

    private static RoleSpec never(RoleSpec role) {
        ContainerSpec c = role.container();
        return TestRoles.with(
                role,
                new ContainerSpec(
                        c.process(),
                        c.network(),
                        c.storage(),
                        c.limits(),
                        c.labels(),
                        null,
                        null,
                        PullPolicy.NEVER,
                        null));
    }

    private static House house() throws Exception {
        House house = new House(TestRoles.proxied("web", "shop:1"));
        house.runtime.addRemoteImage(TAG, false);
        return house.want(updated(EVERY, WEB)).settle();
    }

    /// The moment of the next look.
    private static void await(House house) throws Exception {
        Duration at = Occasions.wakeAt(house.input()).orElseThrow();
        house.advance(at.minus(house.ticker.now()));
    }

    @Test
    void looksEverySoOftenAndANewDigestIsARollout() throws Exception {
        House house = house();
        house.pass();
        Duration from = house.ticker.now();
        await(house);
        Duration took = house.ticker.now().minus(from);
        assertTrue(took.compareTo(EVERY.minusMinutes(1)) > 0 && took.compareTo(EVERY.plusSeconds(30)) <= 0, "" + took);
        String before = house.revision();
        assertEquals(PULL, house.pass());
        house.settle();
        assertEquals(before, house.revision(), "the tag did not move");
        house.runtime.addRemoteImage(TAG, true);
        await(house);
        assertEquals(PULL, house.pass());
        house.settle();
        assertNotEquals(before, house.revision());
        assertEquals("AVAILABLE", house.outcome());
        assertEquals("update", house.chronicle.last().orElseThrow().rollout().reason());
    }

    @Test
    void tagThatOnlyTheFailedFileNamesIsLookedUpToo() throws Exception {
        String newer = "registry.test/shop:2";
        House house = house();
        house.runtime.addRemoteImage(newer, false);
        house.want(TestRoles.proxied("web", newer));
        house.pass();
        String made = "shop-web-%s-1".formatted(house.revision());
        house.pass();
        house.failing(made, "exited with 7");
        house.settle();
        assertEquals("ROLLED_BACK", house.outcome());
        house.runtime.addRemoteImage(newer, true);
        house.ask(new Request.Update());
        assertEquals("shop/web pull %s: an update was asked for\n1 change\n".formatted(newer), house.pass());
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void whatNobodyNamesAnyMoreIsForgotten() throws Exception {
        House house = house();
        for (int i = 0; i < 30; i++) {
            String tag = "registry.test/shop:%d".formatted(i);
            house.runtime.addRemoteImage(tag, false);
            house.want(TestRoles.proxied("web", tag)).settle();
            house.runtime.addRemoteImage(tag, true, 80);
            house.ask(new Request.Update());
            house.settle();
        }
        assertTrue(house.chronicle.tags().size() <= 20, house.chronicle.tags().toString());
        assertTrue(house.memory.pulls().size() <= 20, house.memory.pulls().toString());
        Set<String> kept = Kept.images(house.desired, house.chronicle);
        long pinned =
                house.chronicle.tags().values().stream().filter(kept::contains).count();
        assertTrue(pinned <= 4, "the one in force, and three to go back to: " + pinned);
        assertTrue(kept.contains(house.chronicle.tags().get("registry.test/shop:29")));
    }

    @Test
    void failedPullWaitsAsAnyOther() throws Exception {
        House house = house();
        house.runtime.failAlways("pull", TAG, Kind.REGISTRY);
        await(house);
        assertEquals(PULL, house.pass());
        house.advance(Duration.ofSeconds(9));
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofSeconds(1));
        assertEquals(PULL, house.pass());
        house.runtime.heal();
        house.advance(Duration.ofSeconds(20));
        assertEquals(PULL, house.pass());
        house.settle();
        assertEquals(
                1, house.input().containers().stream().filter(c -> c.running()).count());
    }

    @Test
    void doesNotLookWhileHeldOrReturnedOrInARollout() throws Exception {
        House house = house();
        house.ask(new Request.Hold());
        await(house);
        assertEquals("no changes\n", house.pass());
        assertEquals(Optional.empty(), Occasions.wakeAt(house.input()), "nothing to wake for");
        house.ask(new Request.Unhold());
        assertEquals(PULL, house.pass());
        house.settle();
        house.want(updated(EVERY, PlannerTest.environment(WEB, "A", "1")));
        house.pass();
        String made = "shop-web-%s-1".formatted(house.revision());
        house.starting(made);
        await(house);
        assertEquals("no changes\n", house.pass(), "a rollout is under way");
        house.ready(made);
        house.settle();
        house.ask(new Request.Rollback(null));
        house.settle();
        house.advance(EVERY.multipliedBy(2));
        assertEquals("no changes\n", house.pass(), "somebody went back");
    }

    @Test
    void digestsAndWhatIsNeverPulledAreLeftOut() throws Exception {
        RoleSpec never = never(TestRoles.plain("bot", "shop:1"));
        RoleSpec digest = TestRoles.plain("job", "shop@sha256:" + "a".repeat(64));
        House house =
                new House(never, digest).want(updated(EVERY, never, digest)).settle();
        assertEquals(Optional.empty(), Occasions.wakeAt(house.input()));
        house.advance(EVERY.multipliedBy(2));
        assertEquals("no changes\n", house.pass());
    }

    @Test
    void whoAsksGetsNothingPulledThatIsNeverPulled() throws Exception {
        RoleSpec never = never(TestRoles.plain("bot", "shop:1"));
        House house = new House(never).settle();
        assertEquals(
                "shop has no tag that may be pulled, because its pull_policy is never: load the image under another tag"
                        + " and write that into the file",
                house.ask(new Request.Update()));
        assertEquals("no changes\n", house.pass());
        house.runtime.addRemoteImage(TAG, false);
        house.want(never, WEB).settle();
        assertEquals("resolves %s anew".formatted(TAG), house.ask(new Request.Update()));
        assertEquals(PULL, house.pass());
    }

    @Test
    void updateIsForgottenWhereTheFileForbidsPullsMeanwhile() throws Exception {
        House house = house();
        house.runtime.failAlways("pull", TAG, Kind.REGISTRY);
        house.ask(new Request.Update());
        assertEquals(PULL, house.pass());
        house.want(never(WEB)).settle();
        house.advance(Duration.ofMinutes(1));
        assertEquals("no changes\n", house.pass());
        assertEquals(Set.of(), house.chronicle.updating());
    }

    @Test
    void otherTimeBetweenLooksCountsFromNowOn() throws Exception {
        House house = house();
        house.want(updated(Duration.ofHours(1), WEB)).settle();
        house.advance(EVERY.multipliedBy(2));
        assertEquals("no changes\n", house.pass());
        await(house);
        assertEquals(PULL, house.pass());
    }
}
