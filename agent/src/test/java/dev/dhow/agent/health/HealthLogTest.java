package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the log says of a change.
class HealthLogTest {
    private static Verdict verdict(Health health, boolean wantsRestart) {
        return new Verdict(health, "Word", "503", null, wantsRestart, false, null);
    }

    private static String told(Verdict before, Verdict after) {
        Logger logger = (Logger) LoggerFactory.getLogger(HealthMonitor.class);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.addAppender(events);
        try {
            HealthMonitor.tell(new Watched.Change(Given.container(), before, after));
        } finally {
            logger.detachAppender(events);
        }
        ILoggingEvent event = events.list.getFirst();
        return event.getKeyValuePairs().stream()
                .skip(3)
                .map(pair -> pair.key + "=" + pair.value)
                .collect(Collectors.joining(" ", event.getFormattedMessage() + ": ", ""));
    }

    @Test
    void aChangeSaysFromWhereToWhere() {
        assertEquals(
                "health changed: from=ready to=unready cause=503",
                told(verdict(Health.READY, false), verdict(Health.UNREADY, false)));
    }

    @Test
    void whatIsAsUnreadyAsBeforeSaysWhatComesOfIt() {
        assertEquals(
                "container asks for a restart: health=unready cause=503",
                told(verdict(Health.UNREADY, false), verdict(Health.UNREADY, true)));
        assertEquals(
                "container asks for no restart any more: health=unready cause=503",
                told(verdict(Health.UNREADY, true), verdict(Health.UNREADY, false)));
    }
}
