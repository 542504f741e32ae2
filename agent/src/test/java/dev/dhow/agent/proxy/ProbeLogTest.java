package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.wire.Sender;
import org.junit.jupiter.api.Test;

class ProbeLogTest {
    private final ProbeLog log = new ProbeLog(new ManualTicker());

    private void came(String source, String path, boolean health) {
        Sender sender = new Sender(source, source, Sender.Header.NONE);
        log.probe(new Probe("http", sender, null, null, "HTTP/1.1", path, health ? 200 : 404, "why", health));
    }

    @Test
    void lastOfEachSourceAreKept() {
        for (int i = 0; i < 30; i++) {
            came("10.0.0.1", "/" + i, true);
            came("10.0.0.2", "/x" + i, false);
        }
        assertEquals(40, log.entries().size());
        assertEquals("/29", log.entries().getFirst().probe().path());
        assertEquals("/10", log.entries().get(19).probe().path());
        assertEquals("/x29", log.entries().get(20).probe().path());
    }

    @Test
    void strangersPushNobodyOutThatAsksForHealth() {
        came("10.0.0.1", "/wrong", false);
        came("10.0.0.1", "/.dhow/health", true);
        for (int i = 0; i < 10_000; i++) {
            came("192.0.2." + i, "/", false);
        }
        assertEquals(ProbeLog.SOURCES + 2, log.entries().size());
        assertEquals("/.dhow/health", log.entries().getFirst().probe().path());
        assertEquals("/wrong", log.entries().get(1).probe().path(), "what it asked before is told too");
        assertEquals("192.0.2.9999", log.entries().get(2).probe().sender().peer());
    }

    @Test
    void whatIsSentIsKeptInPartOnly() {
        came("10.0.0.1", "/" + "a".repeat(8000), true);
        assertTrue(String.valueOf(log.entries().getFirst().probe().path()).length() < 300);
    }
}
