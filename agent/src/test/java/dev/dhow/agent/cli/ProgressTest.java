package dev.dhow.agent.cli;

import static dev.dhow.agent.cli.Shop.AT;
import static dev.dhow.agent.cli.Shop.shop;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A rollout as it is shown while it lasts.
class ProgressTest {
    private static final String OLD = "aaaa1111";
    private static final String NEW = "bbbb2222";

    private static Shop rolling() {
        return shop().wants(NEW, "new").rollout(NEW, Outcome.PROGRESSING, AT);
    }

    private static final List<Shop> STORY = List.of(
            rolling().replica(1, OLD, "running", Health.READY).is(Type.ImageAvailable, Status.False, "Pulling"),
            rolling().replica(1, OLD, "running", Health.READY).is(Type.ImageAvailable, Status.False, "Pulling"),
            rolling().replica(1, OLD, "running", Health.READY).replica(1, NEW, "created", Health.STARTING),
            rolling().replica(1, OLD, "running", Health.READY).replica(1, NEW, "running", Health.STARTING),
            rolling().replica(1, OLD, "running", Health.READY).replica(1, NEW, "running", Health.STARTING),
            rolling().replica(1, OLD, "running", Health.READY).replica(1, NEW, "running", Health.READY),
            rolling().replica(1, OLD, "exited", Health.UNREADY).replica(1, NEW, "running", Health.READY),
            rolling().replica(1, NEW, "running", Health.READY),
            rolling().replica(1, NEW, "running", Health.READY));

    @Test
    void elsewhereEachTransitionIsOneLineAndNoneIsRepeated() {
        List<String> lines = new ArrayList<>();
        TransitionLines progress = new TransitionLines(lines::add);
        STORY.forEach(shop -> progress.show(shop.status(), "", Duration.ZERO));
        progress.end();
        assertEquals(
                List.of(
                        "shop the message of Pulling",
                        "shop/web/1 created",
                        "shop/web/1 starting",
                        "shop/web/1 ready",
                        "shop/web/1 shop-web-aaaa1111-1 exited"),
                lines);
    }

    @Test
    void aContainerThatIsNotToldAnyMoreIsSaidToBeStoppedForItMayBeKept() {
        assertEquals(
                List.of("shop/web/1 ready", "shop/web/1 shop-web-aaaa1111-1 stopped"),
                lines(
                        rolling().replica(1, OLD, "running", Health.READY).replica(1, NEW, "running", Health.READY),
                        rolling().replica(1, NEW, "running", Health.READY)));
        assertEquals(
                List.of("shop/web/1 created", "shop/web/1 shop-web-bbbb2222-1 removed"),
                lines(rolling().replica(1, NEW, "created", Health.STARTING), rolling()));
    }

    @Test
    void aRestartsContainersAreToldApartThoughTheyAreOfOneRevision() {
        Shop both = rolling()
                .replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT)
                .replica("shop-web-bbbb2222-1b", NEW, "running", Health.STARTING, AT.plusSeconds(60));
        Shop ready = rolling()
                .replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT)
                .replica("shop-web-bbbb2222-1b", NEW, "running", Health.READY, AT.plusSeconds(60));
        Shop drained = rolling()
                .replica("shop-web-bbbb2222-1", NEW, "exited", Health.UNREADY, AT)
                .replica("shop-web-bbbb2222-1b", NEW, "running", Health.READY, AT.plusSeconds(60));
        Shop after = rolling().replica("shop-web-bbbb2222-1b", NEW, "running", Health.READY, AT.plusSeconds(60));
        List<String> story =
                List.of("shop/web/1 starting", "shop/web/1 ready", "shop/web/1 shop-web-bbbb2222-1 exited");
        assertEquals(story, lines(both, both, both, ready, ready, drained, after));
        Shop before = rolling().replica("shop-web-bbbb2222-1", NEW, "running", Health.READY, AT);
        assertEquals(
                Stream.concat(Stream.of("shop/web/1 ready"), story.stream()).toList(),
                lines(before, both, both, ready, drained, after));
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
        LiveBlock progress = new LiveBlock(new PrintWriter(screen));
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
}
