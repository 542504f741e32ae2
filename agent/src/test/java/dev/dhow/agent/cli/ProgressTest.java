package dev.dhow.agent.cli;

import static dev.dhow.agent.cli.Shop.AT;
import static dev.dhow.agent.cli.Shop.shop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.ReplicaStatus.Traffic;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.ServiceStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A rollout as it is shown while it lasts.
class ProgressTest {
    private static final String OLD = "aaaa1111";
    private static final String NEW = "bbbb2222";

    private static Shop rolling() {
        return shop().wants(NEW, "new").rollout(NEW, Outcome.PROGRESSING, AT);
    }

    private static final Instant LATER = AT.plusSeconds(60);

    private static Shop pulling() {
        return rolling().replica(1, OLD, "running", Health.READY).is(Type.ImageAvailable, Status.False, "Pulling");
    }

    private static Shop beside(String state, Health health) {
        return rolling()
                .replica(1, OLD, "running", Health.READY)
                .replica(1, NEW, state, health)
                .is(Type.ImageAvailable, Status.True, "OnThisHost");
    }

    private static Shop alone() {
        return rolling().replica(1, NEW, "running", Health.READY).keeps(OLD, null, LATER);
    }

    @Test
    void elsewhereEachTransitionIsOneLineAndNoneIsRepeated() {
        assertEquals(
                List.of(
                        "shop the message of Pulling",
                        "shop the message of OnThisHost",
                        "shop/web/1 created",
                        "shop/web/1 starting",
                        "shop/web/1 ready",
                        "shop/web/1 shop-web-aaaa1111-1 stopped, kept"),
                lines(
                        pulling(),
                        pulling(),
                        beside("created", Health.STARTING),
                        beside("running", Health.STARTING),
                        beside("running", Health.STARTING),
                        beside("running", Health.READY),
                        alone(),
                        alone()));
    }

    private static final List<String> REPLACED = List.of(
            "shop/web/1 created",
            "shop/web/1 ready",
            "shop/web/1 switched",
            "shop/web/1 shop-web-aaaa1111-1 drained",
            "shop/web/1 shop-web-aaaa1111-1 stopped, kept");

    private static Shop before() {
        return rolling().proxied(OLD, Health.READY, Traffic.SERVING);
    }

    private static Shop replaced() {
        return rolling().proxied(NEW, Health.READY, Traffic.SERVING).keeps(OLD, Traffic.DRAINED, LATER);
    }

    @Test
    void theTrafficMovesFromTheOldOneToTheNewOne() {
        List<String> story = lines(
                before(),
                before().proxied(NEW, Health.STARTING, Traffic.NONE),
                before().proxied(NEW, Health.READY, Traffic.NONE),
                before().proxied(NEW, Health.READY, Traffic.SERVING),
                rolling().proxied(OLD, Health.READY, Traffic.DRAINING).proxied(NEW, Health.READY, Traffic.SERVING),
                rolling().proxied(OLD, Health.READY, Traffic.DRAINED).proxied(NEW, Health.READY, Traffic.SERVING),
                replaced(),
                replaced());
        assertEquals(
                REPLACED,
                story.stream()
                        .filter(line -> !line.endsWith(" starting") && !line.endsWith(" draining"))
                        .toList());
        assertTrue(story.containsAll(List.of("shop/web/1 starting", "shop/web/1 shop-web-aaaa1111-1 draining")));
    }

    /// Whoever looks four times a second sees little of what takes milliseconds.
    @Test
    void whatNobodySawIsToldFromWhatLasts() {
        assertEquals(REPLACED, lines(before(), replaced()));
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        progress.begin(before().status());
        progress.show(replaced().status(), "", Duration.ZERO);
        assertEquals(REPLACED, lines, "the first look came late");
    }

    @Test
    void aServiceThatIsNewIsToldFromItsFirstContainerOn() {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        progress.begin(null);
        progress.show(rolling().proxied(NEW, Health.READY, Traffic.SERVING).status(), "", Duration.ZERO);
        assertEquals(List.of("shop/web/1 created", "shop/web/1 ready", "shop/web/1 switched"), lines);
    }

    @Test
    void whatWasThereWhenNobodyKnowsSinceWhenIsNoTransition() {
        assertEquals(List.of("shop/web/1 ready"), lines(replaced(), replaced()));
    }

    @Test
    void anOldOneThatHadToGoFirstIsToldFirst() {
        Shop after = rolling().proxied(NEW, Health.READY, Traffic.SERVING).keeps(OLD, Traffic.DRAINED, AT);
        assertEquals(
                List.of(
                        "shop/web/1 created",
                        "shop/web/1 shop-web-aaaa1111-1 drained",
                        "shop/web/1 shop-web-aaaa1111-1 stopped, kept",
                        "shop/web/1 ready",
                        "shop/web/1 switched"),
                lines(before(), after));
    }

    @Test
    void aWayBackIsToldOfBoth() {
        Shop failing = rolling().proxied(NEW, Health.UNREADY, Traffic.SERVING).keeps(OLD, Traffic.DRAINED, LATER);
        Shop back = rolling().proxied(OLD, Health.READY, Traffic.SERVING).keeps(NEW, Traffic.DRAINED, LATER);
        assertEquals(
                List.of(
                        "shop/web/1 ready",
                        "shop/web/1 unready",
                        "shop/web/1 shop-web-aaaa1111-1 ready",
                        "shop/web/1 shop-web-aaaa1111-1 switched",
                        "shop/web/1 drained",
                        "shop/web/1 stopped, kept"),
                lines(replaced(), failing, back));
    }

    @Test
    void aContainerThatEndedByItselfIsNotSaidToBeStopped() {
        assertEquals(
                List.of("shop/web/1 starting", "shop/web/1 exited", "shop/web/1 kept"),
                lines(
                        rolling().replica(1, NEW, "running", Health.STARTING),
                        rolling().replica(1, NEW, "exited", Health.UNREADY),
                        rolling().keeps(NEW, null, LATER)));
    }

    @Test
    void whatIsGoneWasRemoved() {
        assertEquals(
                List.of("shop/web/1 created", "shop/web/1 removed"),
                lines(rolling().replica(1, NEW, "created", Health.STARTING), rolling()));
        assertEquals(
                List.of("shop/web/1 ready", "shop/web/1 shop-web-aaaa1111-1 stopped, removed"),
                lines(beside("running", Health.READY), rolling().replica(1, NEW, "running", Health.READY)));
        assertEquals(
                List.of(
                        "shop/web/1 ready",
                        "shop/web/1 shop-web-aaaa1111-1 stopped, kept",
                        "shop/web/1 shop-web-aaaa1111-1 removed"),
                lines(beside("running", Health.READY), alone(), rolling().replica(1, NEW, "running", Health.READY)));
        assertEquals(
                List.of("shop/web/1 ready"),
                lines(alone(), rolling().replica(1, NEW, "running", Health.READY)),
                "kept since long before");
    }

    @Test
    void whileDockerIsAwayNothingIsToldOfContainers() {
        assertEquals(
                List.of("shop/web/1 ready"),
                lines(
                        alone(),
                        rolling().is(Type.Available, Status.Unknown, "DockerAway"),
                        rolling()
                                .replica(1, OLD, "exited", Health.UNREADY)
                                .is(Type.Available, Status.Unknown, "DockerAway"),
                        alone()));
    }

    @Test
    void aRestartsContainersAreToldApartThoughTheyAreOfOneRevision() {
        Shop both = rolling()
                .replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT)
                .replica("shop-web-bbbb2222-1b", NEW, "running", Health.STARTING, AT.plusSeconds(60));
        Shop ready = rolling()
                .replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT)
                .replica("shop-web-bbbb2222-1b", NEW, "running", Health.READY, AT.plusSeconds(60));
        Shop after = rolling()
                .keeps(NEW, null, AT.plusSeconds(90))
                .replica("shop-web-bbbb2222-1b", NEW, "running", Health.READY, AT.plusSeconds(60));
        List<String> story =
                List.of("shop/web/1 starting", "shop/web/1 ready", "shop/web/1 shop-web-bbbb2222-1 stopped, kept");
        assertEquals(story, lines(both, both, both, ready, ready, after));
        Shop before = rolling().replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT);
        assertEquals(
                Stream.concat(Stream.of("shop/web/1 ready", "shop/web/1 created"), story.stream())
                        .toList(),
                lines(before, both, both, ready, after));
        Shop first = rolling()
                .replica("shop-web-bbbb2222-0", NEW, "created", Health.STARTING, null)
                .replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT);
        assertEquals(List.of("shop/web/1 created"), lines(first, first));
    }

    private static List<String> lines(Shop... story) {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        for (Shop moment : story) {
            progress.show(moment.status(), "", Duration.ZERO);
        }
        return lines;
    }

    @Test
    void aContainerThatFailsIsNamedByItsReplicaAndToldAgainWhenItChangesBack() {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        for (Health health : List.of(Health.READY, Health.UNREADY, Health.UNREADY, Health.READY)) {
            progress.show(rolling().replica(1, NEW, "running", health).status(), "", Duration.ZERO);
        }
        assertEquals(List.of("shop/web/1 ready", "shop/web/1 unready", "shop/web/1 ready"), lines);
    }

    @Test
    void aFileThatIsNotUsedIsToldOnceWithItsReason() {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        for (int i = 0; i < 3; i++) {
            progress.show(
                    rolling().is(Type.SourceValid, Status.False, "Invalid").status(), "", Duration.ZERO);
        }
        assertEquals(List.of("shop the file is not used: the message of Invalid"), lines);
    }

    @Test
    void onATerminalABlockIsDrawnOverItself() {
        StringWriter screen = new StringWriter();
        LiveBlock progress = new LiveBlock(new PrintWriter(screen), 24);
        Shop first = rolling()
                .replica(1, OLD, "running", Health.READY)
                .replica(1, NEW, "running", Health.STARTING)
                .is(Type.Progressing, Status.True, "Gate");
        progress.show(first.status(), "", Duration.ofSeconds(3));
        String block = """
            shop bbbb2222 progressing, 3s
              shop/web/1  shop-web-aaaa1111-1  ready     old
              shop/web/1  shop-web-bbbb2222-1  starting
              Progressing is True, Gate: the message of Gate
            """;
        assertEquals("\033[?7l" + block + "\033[?7h", screen.toString());

        screen.getBuffer().setLength(0);
        progress.show(first.status(), "", Duration.ofSeconds(3));
        assertEquals("", screen.toString(), "nothing changed");

        progress.show(
                shop().wants(NEW, "new").rollout(NEW, Outcome.ROLLED_BACK, AT).status(),
                "why\nnot",
                Duration.ofMinutes(5));
        assertEquals("\033[4A\r\033[J\033[?7lshop bbbb2222 rolled back, 5m\n  why not\n\033[?7h", screen.toString());

        progress.end();
        screen.getBuffer().setLength(0);
        progress.show(shop().status(), "why", Duration.ZERO);
        assertEquals("\033[?7lshop Progressing, 0s\n  why\n\033[?7h", screen.toString(), "what was drawn stays");
    }

    @Test
    void onATerminalTheTrafficStandsBesideAndWhatIsKeptStays() {
        StringWriter screen = new StringWriter();
        LiveBlock progress = new LiveBlock(new PrintWriter(screen), 24);
        Shop draining = rolling()
                .proxied(OLD, Health.READY, Traffic.DRAINING)
                .proxied(NEW, Health.READY, Traffic.SERVING)
                .keeps("99990000", Traffic.DRAINED, AT);
        progress.show(draining.status(), "", Duration.ZERO);
        assertEquals("""
            shop bbbb2222 progressing, 0s
              shop/web/1  shop-web-aaaa1111-1  ready, draining  old
              shop/web/1  shop-web-bbbb2222-1  ready, serving
              nothing is known of it
            """, plain(screen));
        screen.getBuffer().setLength(0);
        progress.show(replaced().keeps("99990000", Traffic.DRAINED, AT).status(), "", Duration.ZERO);
        assertEquals("""
            shop bbbb2222 progressing, 0s
              shop/web/1  shop-web-bbbb2222-1  ready, serving
              shop/web/1  shop-web-aaaa1111-1  drained, stopped, kept  old
              nothing is known of it
            """, plain(screen));
    }

    @Test
    void aBlockIsNoTallerThanItsTerminal() {
        StringWriter screen = new StringWriter();
        LiveBlock progress = LiveBlock.of(new PrintWriter(screen), Map.of("LINES", "6"));
        Shop four = rolling();
        for (int i = 1; i <= 4; i++) {
            four = four.replica(i, NEW, "running", Health.READY);
        }
        progress.show(four.status(), "", Duration.ZERO);
        assertEquals("""
            shop bbbb2222 progressing, 0s
              shop/web/1  shop-web-bbbb2222-1  ready
              shop/web/2  shop-web-bbbb2222-2  ready
              and 2 more
              nothing is known of it
            """, plain(screen));
        screen.getBuffer().setLength(0);
        progress.show(four.status(), "why", Duration.ZERO);
        assertTrue(screen.toString().startsWith("\033[5A"), screen.toString());
    }

    @Test
    void aTerminalThatDoesNotSayItsHeightIsTakenForALowOne() {
        for (Map<String, String> env : List.of(Map.<String, String>of(), Map.of("LINES", "many"))) {
            StringWriter screen = new StringWriter();
            Shop many = rolling();
            for (int i = 1; i <= 40; i++) {
                many = many.replica(i, NEW, "running", Health.READY);
            }
            LiveBlock.of(new PrintWriter(screen), env).show(many.status(), "", Duration.ZERO);
            assertEquals(23, plain(screen).lines().count());
        }
    }

    @Test
    void whatIsKeptIsNotTakenForOneThatRanWhileDockerWasAway() {
        StringWriter screen = new StringWriter();
        LiveBlock progress = new LiveBlock(new PrintWriter(screen), 24);
        progress.begin(rolling()
                .replica(1, OLD, "exited", Health.UNREADY)
                .is(Type.Available, Status.Unknown, "DockerAway")
                .status());
        progress.show(alone().status(), "", Duration.ZERO);
        assertEquals("""
            shop bbbb2222 progressing, 0s
              shop/web/1  shop-web-bbbb2222-1  ready
              nothing is known of it
            """, plain(screen));
    }

    /// However short a pull was.
    @Test
    void aPullIsToldThoughNobodyLookedWhileItLasted() {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        progress.begin(
                alone().is(Type.ImageAvailable, Status.True, "OnThisHost").status());
        ServiceStatus pulled =
                alone().is(Type.ImageAvailable, Status.True, "Pulled").status();
        progress.show(pulled, "", Duration.ZERO);
        progress.show(pulled, "", Duration.ZERO);
        progress.show(alone().is(Type.ImageAvailable, Status.True, "OnThisHost").status(), "", Duration.ZERO);
        assertEquals(List.of("shop the message of Pulled"), lines);
    }

    @Test
    void whatWasSoBeforeIsNotToldAsNew() {
        Shop before = alone().is(Type.SourceValid, Status.False, "Invalid")
                .is(Type.ImageAvailable, Status.False, "PullFails");
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        progress.begin(before.status());
        progress.show(before.status(), "", Duration.ZERO);
        assertEquals(List.of(), lines);
        progress.show(alone().is(Type.ImageAvailable, Status.True, "OnThisHost").status(), "", Duration.ZERO);
        assertEquals(List.of("shop the message of OnThisHost"), lines);
    }

    @Test
    void whatIsThereAfterDockerWasAwayFromTheBeginningIsNoTransition() {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        progress.begin(
                rolling().is(Type.Available, Status.Unknown, "DockerAway").status());
        progress.show(alone().status(), "", Duration.ZERO);
        assertEquals(List.of("shop/web/1 ready"), lines);
    }

    private static String plain(StringWriter screen) {
        return screen.toString().replaceAll("\033\\[[?0-9]*[A-Za-z]|\r", "");
    }
}
