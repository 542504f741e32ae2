package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The table of services tells what runs, not what is wanted.
class ServedTest {
    @Test
    void oldVersionThatServesIsNotShownAsTheWantedOne() {
        String text = text("aaaa1111", "app:4", Condition.Status.False);
        assertTrue(text.contains("aaaa1111 not bbbb2222"), text);
        assertTrue(text.contains("app:4 not app:nosuch"), text);
    }

    @Test
    void wantedVersionIsShownAlone() {
        String text = text("bbbb2222", "app:nosuch", Condition.Status.False);
        assertTrue(text.contains(" bbbb2222 ") && text.contains(" app:nosuch\n"), text);
        assertTrue(!text.contains(" not "), text);
    }

    /// A role that a revision does not change keeps its containers, which carry the name of an earlier one.
    @Test
    void unchangedRoleIsOfTheRevisionInForce() {
        String text = text("aaaa1111", "app:nosuch", Condition.Status.True);
        assertTrue(text.contains(" bbbb2222 ") && !text.contains("aaaa1111"), text);
    }

    private static String text(String revision, String image, Condition.Status upToDate) {
        ReplicaStatus replica = new ReplicaStatus(
                1,
                "shop-web-%s-1".formatted(revision),
                "1",
                revision,
                "running",
                ReplicaStatus.Health.READY,
                Instant.EPOCH,
                0,
                null,
                null,
                image,
                null);
        RoleStatus role = new RoleStatus("web", "app:nosuch", 1, 1, 1, List.of(replica));
        Condition condition = new Condition(Condition.Type.UpToDate, upToDate, "Told", "", Instant.EPOCH, "bbbb2222");
        return new StatusText(false, Instant.EPOCH)
                .render(List.of(new ServiceStatus(
                        "shop",
                        "bbbb2222",
                        "bbbb2222",
                        null,
                        Phase.Degraded,
                        List.of(condition),
                        List.of(role),
                        null,
                        List.of())));
    }
}
