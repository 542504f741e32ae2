package dev.dhow.agent.cli;

import static dev.dhow.agent.cli.Shop.AT;
import static dev.dhow.agent.cli.Shop.shop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What each moment means to whoever waits.
class GoalTest {
    private static final Instant LATER = AT.plusSeconds(60);
    private static final ServiceStatus BEFORE = shop().wants("aaaa1111", "old")
            .rollout("aaaa1111", Outcome.AVAILABLE, AT)
            .status();

    private Duration waited = Duration.ZERO;

    private void open(Goal goal, Shop shop) {
        assertInstanceOf(Verdict.Open.class, goal.judge(Optional.of(shop.status()), waited));
    }

    private Verdict.Over over(int code, Goal goal, Shop shop) {
        Verdict.Over over = assertInstanceOf(Verdict.Over.class, goal.judge(Optional.of(shop.status()), waited));
        assertEquals(code, over.code(), over.message());
        return over;
    }

    private static Goal applied() {
        return new AppliedGoal("shop", "new", BEFORE);
    }

    private static Shop mine(Outcome outcome) {
        return shop().wants("bbbb2222", "new").rollout("bbbb2222", outcome, LATER);
    }

    @Test
    void aFileIsFollowedFromBeforeItIsReadToTheEndOfItsRollout() {
        Goal goal = applied();
        open(goal, shop().wants("aaaa1111", "old").rollout("aaaa1111", Outcome.AVAILABLE, AT));
        open(goal, shop().wants("bbbb2222", "new").rollout("aaaa1111", Outcome.AVAILABLE, AT));
        open(goal, mine(Outcome.PROGRESSING));
        over(Exit.GOOD, goal, mine(Outcome.AVAILABLE));
    }

    @Test
    void aNewServiceIsNotKnownAtFirst() {
        Goal goal = new AppliedGoal("shop", "new", null);
        assertInstanceOf(Verdict.Open.class, goal.judge(Optional.empty(), waited));
        open(goal, shop().wants(null, null));
        open(goal, shop().wants("bbbb2222", "new"));
        over(Exit.GOOD, goal, mine(Outcome.AVAILABLE));
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"ROLLED_BACK", "PAUSED"})
    void aFailedRolloutIsTheEndWithItsCause(Outcome outcome) {
        Verdict.Over over = over(Exit.ROLLED_BACK, applied(), mine(outcome));
        assertNotNull(over.failed());
        assertTrue(over.message().contains("dhow retry shop"), over.message());
    }

    @Test
    void aRollbackIsFollowedUntilTheOldVersionIsReadyAgain() {
        for (Goal goal : List.of(applied(), new BegunGoal(BEFORE), new RestGoal())) {
            Shop going = mine(Outcome.ROLLED_BACK).is(Type.Available, Status.False, "NotAllReady");
            open(goal, going);
            open(goal, mine(Outcome.ROLLED_BACK).well().is(Type.Progressing, Status.True, "Steps"));
            open(goal, mine(Outcome.ROLLED_BACK).is(Type.Available, Status.Unknown, "NotChecked"));
            over(
                    Exit.ROLLED_BACK,
                    goal,
                    mine(Outcome.ROLLED_BACK).well().is(Type.Progressing, Status.True, "Watching"));
            over(Exit.ROLLED_BACK, goal, mine(Outcome.ROLLED_BACK).well());
            over(Exit.ROLLED_BACK, goal, going.is(Type.Progressing, Status.False, "Held"));
            over(
                    Exit.ROLLED_BACK,
                    goal,
                    mine(Outcome.ROLLED_BACK)
                            .is(Type.Available, Status.False, "NotAllReady")
                            .is(Type.UpToDate, Status.False, "RolloutFailed"));
            over(
                    Exit.ROLLED_BACK,
                    goal,
                    mine(Outcome.PAUSED)
                            .is(Type.Available, Status.False, "NotAllReady")
                            .is(Type.Progressing, Status.True, "Gate"));
        }
    }

    @Test
    void theFailureOfTheFileBeforeIsNotMine() {
        ServiceStatus failed = shop().wants("aaaa1111", "old")
                .rollout("aaaa1111", Outcome.ROLLED_BACK, AT)
                .status();
        Goal goal = new AppliedGoal("shop", "new", failed);
        open(goal, shop().wants("bbbb2222", "new").rollout("aaaa1111", Outcome.ROLLED_BACK, AT));
        over(Exit.GOOD, goal, mine(Outcome.AVAILABLE));
    }

    @Test
    void theSameFileAgainIsJudgedByWhatBecameOfIt() {
        over(
                Exit.GOOD,
                new AppliedGoal("shop", "old", BEFORE),
                shop().wants("aaaa1111", "old").rollout("aaaa1111", Outcome.AVAILABLE, AT));
        Shop failed = shop().wants("aaaa1111", "old")
                .rollout("aaaa1111", Outcome.ROLLED_BACK, AT)
                .is(Type.UpToDate, Status.False, "RolledBack");
        Verdict.Over over = over(Exit.ROLLED_BACK, new AppliedGoal("shop", "old", failed.status()), failed);
        assertNotNull(over.failed(), "with its cause");
    }

    @Test
    void aChangedCommentIsTheSameRevisionAndNeedsNoRollout() {
        over(Exit.GOOD, applied(), shop().wants("aaaa1111", "new").rollout("aaaa1111", Outcome.AVAILABLE, AT));
    }

    @Test
    void anotherRevisionsRolloutIsNoProofOfMine() {
        open(applied(), shop().wants("bbbb2222", "new").rollout("cccc3333", Outcome.AVAILABLE, LATER));
    }

    @Test
    void theFileThatARollbackWentBackFromStaysHeld() {
        Shop held = shop().wants("bbbb2222", "new")
                .rollout("aaaa1111", Outcome.AVAILABLE, LATER)
                .is(Type.UpToDate, Status.False, "RolledBack");
        Verdict.Over over = over(Exit.ROLLED_BACK, new AppliedGoal("shop", "new", held.status()), held);
        assertTrue(over.message().contains("dhow retry shop"), over.message());
    }

    @Test
    void aNewerFileSupersedesMine() {
        Goal goal = applied();
        open(goal, mine(Outcome.PROGRESSING));
        Verdict.Over over =
                over(Exit.ERROR, goal, shop().wants("cccc3333", "newer").rollout("cccc3333", Outcome.AVAILABLE, LATER));
        assertTrue(over.message().contains("a newer file (newer)"), over.message());
        over(Exit.ERROR, applied(), shop().wants("cccc3333", "newer"));
        over(Exit.ERROR, applied(), mine(Outcome.SUPERSEDED));
    }

    @Test
    void theOldFileThatComesBackAfterMineIsANewerOne() {
        Goal goal = applied();
        open(goal, mine(Outcome.PROGRESSING));
        over(Exit.ERROR, goal, shop().wants("aaaa1111", "old"));
    }

    @Test
    void aServiceThatGoesWhileItsFileIsFollowedIsAnError() {
        Goal goal = applied();
        open(goal, mine(Outcome.PROGRESSING));
        Verdict.Over over = assertInstanceOf(Verdict.Over.class, goal.judge(Optional.empty(), waited));
        assertEquals(Exit.ERROR, over.code());
    }

    @Test
    void aRequestIsFollowedByTheNextRollout() {
        Goal goal = new BegunGoal(BEFORE);
        open(goal, shop().rollout("aaaa1111", Outcome.AVAILABLE, AT));
        open(goal, shop().rollout("00000000", Outcome.AVAILABLE, AT));
        open(goal, shop().rollout("aaaa1111", Outcome.PROGRESSING, LATER));
        over(Exit.GOOD, goal, shop().rollout("aaaa1111", Outcome.AVAILABLE, LATER));
        over(Exit.ROLLED_BACK, goal, shop().rollout("aaaa1111", Outcome.ROLLED_BACK, LATER));
        over(Exit.ERROR, goal, shop().rollout("aaaa1111", Outcome.SUPERSEDED, LATER));
        assertInstanceOf(Verdict.Over.class, goal.judge(Optional.empty(), waited));
    }

    @Test
    void aRequestThatChangesNothingIsGoodOnceTheServiceWasQuietForAWhile() {
        Goal goal = new BegunGoal(BEFORE);
        Shop well = shop().rollout("aaaa1111", Outcome.AVAILABLE, AT).well();
        open(goal, well);
        waited = BegunGoal.QUIET;
        over(Exit.GOOD, goal, well);
        goal = new BegunGoal(well.status());
        assertEquals(
                "shop is as wanted; there was nothing to do",
                over(Exit.GOOD, goal, well).message());
        open(goal, shop().rollout("aaaa1111", Outcome.AVAILABLE, AT));
        open(goal, shop().well().is(Type.Degraded, Status.True, "Fails"));
    }

    @Test
    void workThatNeededNoNewRolloutIsNotCalledNothing() {
        Shop well = shop().rollout("aaaa1111", Outcome.AVAILABLE, AT).well();
        Goal before = new BegunGoal(shop().rollout("aaaa1111", Outcome.AVAILABLE, AT)
                .is(Type.Available, Status.False, "NotAllReady")
                .status());
        Goal meanwhile = new BegunGoal(well.status());
        open(
                meanwhile,
                shop().rollout("aaaa1111", Outcome.AVAILABLE, AT).well().is(Type.Progressing, Status.True, "Steps"));
        Goal made = new BegunGoal(shop().rollout("aaaa1111", Outcome.AVAILABLE, AT)
                .replica("old", "aaaa1111", "running", Health.READY, AT)
                .well()
                .status());
        waited = BegunGoal.QUIET;
        for (Goal goal : List.of(before, meanwhile, made)) {
            assertEquals(
                    "shop is as wanted again (the message of AllReady)",
                    over(Exit.GOOD, goal, well).message());
        }
    }

    @Test
    void theRolloutThatWasUnderWayWhenItWasAskedForIsFollowed() {
        Goal goal = new BegunGoal(
                shop().rollout("aaaa1111", Outcome.PROGRESSING, AT).status());
        open(goal, shop().rollout("aaaa1111", Outcome.PROGRESSING, AT));
        over(
                Exit.ROLLED_BACK,
                goal,
                shop().rollout("aaaa1111", Outcome.ROLLED_BACK, AT).well());
        waited = BegunGoal.QUIET;
        Verdict.Over over = over(
                Exit.GOOD,
                goal,
                shop().rollout("aaaa1111", Outcome.AVAILABLE, AT).well());
        assertEquals("shop: revision aaaa1111 is available (the message of AllReady)", over.message());
    }

    @Test
    void anUpdateThatFindsOnlyWhatFailedBeforeEndsAsThatDid() {
        Goal goal = new BegunGoal(failedBefore().status());
        open(goal, failedBefore());
        waited = BegunGoal.QUIET;
        open(goal, failedBefore().is(Type.Progressing, Status.True, "Steps"));
        // The registry is away, and asked again.
        open(goal, failedBefore().is(Type.ImageAvailable, Status.False, "PullFails"));
        Verdict.Over over = over(Exit.ROLLED_BACK, goal, failedBefore());
        assertNotNull(over.failed(), "with its cause");
    }

    private static Shop failedBefore() {
        return shop().rollout("aaaa1111", Outcome.ROLLED_BACK, AT)
                .is(Type.Available, Status.True, "AllReady")
                .is(Type.Degraded, Status.True, "RolledBack");
    }

    @Test
    void anUpdateOfWhatNoRegistryHasIsAnError() {
        Goal goal = new BegunGoal(BEFORE);
        Shop gone = shop().well().is(Type.ImageAvailable, Status.False, "UpdateGivenUp");
        open(goal, gone);
        waited = BegunGoal.QUIET;
        Verdict.Over over = over(Exit.ERROR, goal, gone);
        assertTrue(over.message().contains("the message of UpdateGivenUp"), over.message());
    }

    @Test
    void restIsAvailableWithNothingUnderWay() {
        Goal goal = new RestGoal();
        over(Exit.GOOD, goal, shop().well().rollout("aaaa1111", Outcome.AVAILABLE, AT));
        over(Exit.GOOD, goal, shop().well());
        open(goal, shop().well().rollout("aaaa1111", Outcome.PROGRESSING, AT));
        open(goal, shop().well().is(Type.Progressing, Status.True, "Steps"));
        open(goal, shop().well().is(Type.Degraded, Status.True, "Fails"));
        open(goal, shop().is(Type.Available, Status.True, "AllReady").is(Type.UpToDate, Status.False, "Changing"));
        over(
                Exit.GOOD,
                goal,
                shop().is(Type.Available, Status.True, "AllReady").is(Type.UpToDate, Status.False, "RolledBack"));
        over(Exit.ROLLED_BACK, goal, shop().well().rollout("aaaa1111", Outcome.ROLLED_BACK, AT));
        assertInstanceOf(Verdict.Over.class, goal.judge(Optional.empty(), waited));
    }

    @Test
    void whatIsLeftAloneIsNotWaitedFor() {
        Shop held = mine(Outcome.PROGRESSING).is(Type.Progressing, Status.False, "Held");
        Verdict.Over over = over(Exit.NOT_AVAILABLE, applied(), held);
        assertEquals(
                "shop: the file is in place, but the service is left alone, so nothing of it begins until that ends:"
                        + " the message of Held",
                over.message());
        over(Exit.NOT_AVAILABLE, applied(), shop().wants("bbbb2222", "new").is(Type.Progressing, Status.False, "Held"));
        over(Exit.GOOD, applied(), mine(Outcome.AVAILABLE).is(Type.Progressing, Status.False, "Held"));
        open(applied(), shop().wants("aaaa1111", "old").is(Type.Progressing, Status.False, "Held"));
        Goal rest = new RestGoal();
        Goal begun = new BegunGoal(BEFORE);
        open(rest, held);
        open(begun, held);
        waited = BegunGoal.QUIET;
        over(Exit.NOT_AVAILABLE, rest, held);
        assertEquals(
                "shop is left alone, so nothing begins until that ends: the message of Held",
                over(Exit.NOT_AVAILABLE, begun, held).message());
        over(Exit.GOOD, rest, shop().well().is(Type.Progressing, Status.False, "Held"));
    }

    @ParameterizedTest
    @CsvSource({"PROGRESSING, 6", "AVAILABLE, 3"})
    void whatIsNotAvailableInTimeIsLateOnlyWhileItIsUnderWay(Outcome outcome, int code) {
        ServiceStatus bad = shop().rollout("aaaa1111", outcome, AT)
                .is(Type.Available, Status.False, "NotAllReady")
                .status();
        assertEquals(code, new RestGoal().late(bad));
        assertEquals(Exit.TIMED_OUT, applied().late(bad));
        assertEquals(Exit.TIMED_OUT, new RestGoal().late(null));
    }

    @Test
    void theMostTellingConditionIsTold() {
        Shop all = shop().is(Type.Available, Status.False, "NotAllReady");
        assertEquals("Available is False, NotAllReady: the message of NotAllReady", Goal.trouble(all.status()));
        all.is(Type.Progressing, Status.True, "Gate");
        assertTrue(Goal.trouble(all.status()).startsWith("Progressing is True, Gate"));
        all.is(Type.Degraded, Status.True, "Fails");
        assertTrue(Goal.trouble(all.status()).startsWith("Degraded is True, Fails"));
        all.is(Type.SourceValid, Status.True, "Valid").is(Type.ImageAvailable, Status.False, "PullFails");
        assertTrue(Goal.trouble(all.status()).startsWith("ImageAvailable is False"));
        assertEquals("nothing is known of it", Goal.trouble(shop().status()));
        assertNull(((Verdict.Over) Verdict.good("x")).failed());
    }
}
