package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.PullProgress;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class PullMeterTest {
    private final PullMeter meter = new PullMeter();

    private PullProgress after(String... lines) throws IOException {
        for (String line : lines) {
            meter.line(EngineSession.JSON.readTree(line.replace('\'', '"')));
        }
        return meter.progress();
    }

    private static String downloading(String id, long current, long total) {
        return "{'status':'Downloading','progressDetail':{'current':%d,'total':%d},'id':'%s'}"
                .formatted(current, total, id);
    }

    private static String said(String id, String status) {
        return "{'status':'%s','progressDetail':{},'id':'%s'}".formatted(status, id);
    }

    @Test
    void nothingIsKnownBeforeTheRegistryAnswers() throws IOException {
        assertEquals(PullProgress.ASKING, after());
        assertEquals(PullProgress.ASKING, after("{'status':'Pulling from shop','id':'1.4'}"));
    }

    @Test
    void layersAddUp() throws IOException {
        after(said("a", "Already exists"), said("b", "Pulling fs layer"), said("c", "Pulling fs layer"));
        assertEquals(new PullProgress(0, 0, 1, 3, "downloading"), meter.progress());
        assertEquals(
                new PullProgress(70, 300, 1, 3, "downloading"),
                after(downloading("b", 50, 100), downloading("c", 20, 200)));
        assertEquals(new PullProgress(120, 300, 1, 3, "downloading"), after(said("b", "Verifying Checksum")));
        assertEquals(new PullProgress(300, 300, 1, 3, "unpacking"), after(said("c", "Download complete")));
        assertEquals(
                new PullProgress(300, 300, 1, 3, "unpacking"),
                after("{'status':'Extracting','progressDetail':{'current':1,'total':100},'id':'b'}"));
        assertEquals(
                new PullProgress(300, 300, 3, 3, "unpacking"),
                after(said("b", "Pull complete"), said("c", "Pull complete"), "{'status':'Digest: sha256:ab'}"));
    }

    @Test
    void aLayerThatCameAtOnceCountsWhenItIsUnpacked() throws IOException {
        after(said("a", "Pulling fs layer"), said("a", "Download complete"));
        assertEquals(
                new PullProgress(100, 100, 0, 1, "unpacking"),
                after("{'status':'Extracting','progressDetail':{'current':7,'total':100},'id':'a'}"));
    }

    @Test
    void anotherTrySaysSoAndKeepsWhatCame() throws IOException {
        assertEquals(
                new PullProgress(50, 100, 0, 1, "trying a layer again"),
                after(downloading("a", 50, 100), said("a", "Retrying in 5 seconds")));
        assertEquals(new PullProgress(60, 100, 0, 1, "downloading"), after(downloading("a", 60, 100)));
    }

    private boolean moves(String line) throws IOException {
        long before = meter.moves();
        after(line);
        return meter.moves() > before;
    }

    @Test
    void onlyWhatIsNewIsAMove() throws IOException {
        assertTrue(moves(downloading("a", 50, 100)));
        assertFalse(moves(downloading("a", 50, 100)), "some Engines say the same again and again");
        assertTrue(moves(downloading("b", 50, 100)));
        assertFalse(moves(downloading("a", 50, 100)));
        assertTrue(moves(downloading("a", 51, 100)));
        assertTrue(moves(said("a", "Retrying in 5 seconds")));
        assertTrue(moves(said("a", "Retrying in 4 seconds")));
        assertTrue(moves("{'status':'Digest: sha256:ab'}"));
        assertFalse(moves("{'status':'Digest: sha256:ab'}"));
    }
}
