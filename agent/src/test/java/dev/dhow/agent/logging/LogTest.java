package dev.dhow.agent.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogTest {
    private static final String HEAD = "WARN 2026-11-20T10:00:00.120Z reconcile.Loop ";

    private static String line(String message, @Nullable Throwable thrown, KeyValuePair... pairs) {
        Logger logger = new LoggerContext().getLogger("dev.dhow.agent.reconcile.Loop");
        LoggingEvent event = new LoggingEvent(LogTest.class.getName(), logger, Level.WARN, message, thrown, null);
        event.setInstant(Instant.parse("2026-11-20T10:00:00.12Z"));
        for (KeyValuePair pair : pairs) {
            event.addKeyValuePair(pair);
        }
        return new LineLayout().doLayout(event);
    }

    @Test
    void anEventIsOneLineWithItsKeysAndValues() {
        assertEquals(
                HEAD + "container started service=shop replica=1 cause=\"no container\" note=\"\"\n",
                line(
                        "container started",
                        null,
                        new KeyValuePair("service", "shop"),
                        new KeyValuePair("replica", 1),
                        new KeyValuePair("cause", "no container"),
                        new KeyValuePair("note", "")));
    }

    @Test
    void aValueThatIsNotThereIsNotTold() {
        assertEquals(
                HEAD + "rollout ended result=available\n",
                line("rollout ended", null, new KeyValuePair("cause", null), new KeyValuePair("result", "available")));
    }

    @Test
    void aValueCannotForgeALineOrAColour() {
        assertEquals(
                HEAD + "check failed body=\"a\\nERROR x \\\"y\\\" \\\\ \\u001b[31m é\"\n",
                line("check failed", null, new KeyValuePair("body", "a\nERROR x \"y\" \\ \u001b[31m é")));
    }

    @Test
    void anExceptionStaysOnTheLineWithWhereItBegan() {
        String line = line("pass failed", new IllegalStateException("outer", new IllegalArgumentException("in\nner")));
        assertTrue(
                line.startsWith(HEAD + "pass failed exception=\"java.lang.IllegalStateException: outer; caused by "
                        + "java.lang.IllegalArgumentException: in\\nner\" at=\"dev.dhow.agent.logging.LogTest."),
                line);
        assertEquals(1, line.lines().count());
    }

    @ParameterizedTest
    @CsvSource({", INFO", "debug, DEBUG", "OFF, OFF", "nonsense, INFO"})
    void theLevelOfOursIsChosenAndLibrariesStayQuiet(@Nullable String level, String expected) {
        LoggerContext context = new LoggerContext();
        LogbackSetup.setUp(context, level);
        assertEquals(
                Level.toLevel(expected),
                context.getLogger("dev.dhow.agent.Main").getEffectiveLevel());
        assertEquals(Level.WARN, context.getLogger("io.netty").getEffectiveLevel());
        assertEquals(
                Level.OFF,
                context.getLogger("com.github.dockerjava.zerodep.shaded.wire").getEffectiveLevel());
        assertEquals(
                Level.OFF,
                context.getLogger("io.vertx.core.net.impl.ConnectionBase").getEffectiveLevel());
    }

    @Test
    void theProgramIsSetUpThisWay() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        assertEquals(Level.WARN, root.getLevel());
        assertEquals("stderr", root.getAppender("stderr").getName());
    }
}
