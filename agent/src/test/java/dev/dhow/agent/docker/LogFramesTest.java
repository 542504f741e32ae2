package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a log was cut into is put together again, and no more of it is held than is wanted.
class LogFramesTest {
    /// As Docker cuts what has no end of a line.
    private static final int FRAME = 16 * 1024;
    /// No more may be asked for at once, whatever a frame's header says.
    private static final int PIECE = 64 * 1024;

    @Test
    void framesBecomeLines() throws IOException {
        assertEquals(List.of("one", "two", "three"), lines(9, frames("one\n", "tw", "o\nthree\n")));
        assertEquals(List.of("", "no end"), lines(9, frames("\nno end")));
        assertEquals(List.of(), lines(9, frames()));
        assertEquals(List.of("one", "two", "", "three"), lines(9, frames("one\r\ntwo\r", "\n\rthree\r")));
    }

    @Test
    void theLastOnesAreKept() throws IOException {
        assertEquals(List.of("two", "three"), lines(2, frames("one\ntwo\n", "three")));
        assertEquals(List.of(), lines(0, frames("one\n")));
    }

    @Test
    void aCharacterMayBeInTwoFrames() throws IOException {
        byte[] text = "größer\n".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte octet : text) {
            frame(stream, new byte[] {octet});
        }
        assertEquals(List.of("größer"), lines(9, stream.toByteArray()));
    }

    @Test
    void aLongLineIsCutBetweenCharacters() throws IOException {
        String many = "é".repeat(FRAME);
        for (String before : List.of("", "a")) {
            List<String> got = lines(9, frames(before + many, many + "\nnext\n"));
            assertEquals(2, got.size());
            String kept = before + "é".repeat(LogFrames.LONGEST / 2 - before.length());
            assertEquals(kept + "…", got.getFirst());
            assertEquals("next", got.getLast());
        }
        String fits = "x".repeat(LogFrames.LONGEST);
        assertEquals(List.of(fits, fits), lines(9, frames(fits + "\n" + fits)));
    }

    @Test
    void manyLongLinesAreNotHeld() throws IOException {
        byte[] frame = frames("x".repeat(FRAME - 1) + "\n");
        Counting log = new Counting(new SequenceInputStream(Collections.enumeration(IntStream.range(0, 2000)
                .mapToObj(_ -> new ByteArrayInputStream(frame))
                .toList())));
        List<String> got = LogFrames.lines(log, 20);
        assertEquals(20, got.size());
        for (String line : got) {
            assertEquals("x".repeat(LogFrames.LONGEST) + "…", line);
        }
        assertEquals(2000L * frame.length, log.octets, "all of it was looked at");
    }

    @Test
    void aLargeFrameIsReadInPieces() throws IOException {
        int large = 16 * 1024 * 1024;
        byte[] header = ByteBuffer.allocate(8).put((byte) 1).putInt(4, large).array();
        Counting log = new Counting(
                new SequenceInputStream(new ByteArrayInputStream(header), new ByteArrayInputStream(new byte[large])));
        assertEquals(LogFrames.LONGEST + 1, LogFrames.lines(log, 20).getFirst().length());
        assertTrue(log.most <= PIECE, "asked for %d at once".formatted(log.most));
    }

    @Test
    void whatIsNoSuchStreamIsSaid() {
        for (int first : new int[] {127, 0x80, 2}) {
            byte[] header = {1, 0, 0, 0, (byte) first, 0, 0, 0};
            assertThrows(IOException.class, () -> lines(9, header));
        }
    }

    @Test
    void whatBreaksOffIsWorthTelling() throws IOException {
        byte[] whole = frames("one\n", "two\n");
        assertEquals(List.of("one", "tw"), lines(9, Arrays.copyOf(whole, whole.length - 2)));
        assertEquals(List.of("one"), lines(9, Arrays.copyOf(whole, whole.length - 8)));
    }

    private static List<String> lines(int most, byte[] stream) throws IOException {
        return LogFrames.lines(new ByteArrayInputStream(stream), most);
    }

    /// Of the two streams in turn.
    private static byte[] frames(String... texts) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (String text : texts) {
            frame(stream, text.getBytes(StandardCharsets.UTF_8));
        }
        return stream.toByteArray();
    }

    private static void frame(ByteArrayOutputStream stream, byte[] octets) throws IOException {
        byte number = (byte) (1 + stream.size() % 2);
        stream.write(ByteBuffer.allocate(8).put(number).putInt(4, octets.length).array());
        stream.write(octets);
    }

    /// Counts what is read, and knows the largest request for it.
    private static final class Counting extends InputStream {
        private final InputStream in;
        private long octets;
        private int most;

        Counting(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            octets += octet < 0 ? 0 : 1;
            return octet;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            most = Math.max(most, length);
            int got = in.read(into, from, length);
            octets += Math.max(got, 0);
            return got;
        }
    }
}
