package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every shape of answer is read as RFC 9112 says, however it is cut, or it is none.
class ResponseReaderTest {
    private final List<String> heard = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final ResponseReader reader = new ResponseReader(new ResponseReader.Sink() {
        @Override
        public void head(ResponseHead head) {
            heard.add("%d %s %s body %d%s"
                    .formatted(
                            head.status(),
                            head.reason(),
                            shown(head.fields()),
                            head.body(),
                            head.stays() ? " stays" : ""));
        }

        @Override
        public void body(ByteBuf octets, int length) {
            body.append(octets.readCharSequence(length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void end(List<Field> trailers) {
            heard.add(body + " end " + shown(trailers));
            body.setLength(0);
        }
    });

    private static List<String> shown(List<Field> fields) {
        return fields.stream().map(field -> field.name() + "=" + field.value()).toList();
    }

    /// `~` is a line's end; what is heard stands behind the arrow.
    @ParameterizedTest
    @CsvSource(
            delimiterString = "->",
            value = {
                "HTTP/1.1 200 OK~Content-Length: 2~~ok -> 200 OK [Content-Length=2] body 2 stays / ok end []",
                "HTTP/1.1 200~content-length:0~~ -> 200  [content-length=0] body 0 stays /  end []",
                "HTTP/1.1 200 ~A:~B: \t c d \t~Content-Length: 0~~"
                        + " -> 200  [A=, B=c d, Content-Length=0] body 0 stays /  end []",
                "HTTP/1.1 204 Nothing~~ -> 204 Nothing [] body 0 stays /  end []",
                "HTTP/1.1 304 X~Content-Length: 9~~ -> 304 X [Content-Length=9] body 0 stays /  end []",
                "HTTP/1.1 200 OK~Transfer-Encoding: Chunked~~1~o~1;x=\"y\"~k~0~~"
                        + " -> 200 OK [Transfer-Encoding=Chunked] body -1 stays / ok end []",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~00a~0123456789~0~Sum: 7~Sum: 8~~"
                        + " -> 200 OK [Transfer-Encoding=chunked] body -1 stays / 0123456789 end [Sum=7, Sum=8]",
                "HTTP/1.1 200 OK~Connection: X, Close~Content-Length: 1~~o"
                        + " -> 200 OK [Connection=X, Close, Content-Length=1] body 1 / o end []",
                "HTTP/1.0 200 OK~Content-Length: 1~~o -> 200 OK [Content-Length=1] body 1 / o end []",
                "HTTP/1.0 200 OK~Connection: Keep-Alive~Content-Length: 1~~o"
                        + " -> 200 OK [Connection=Keep-Alive, Content-Length=1] body 1 stays / o end []",
                "HTTP/1.0 200 OK~Connection: keep-alive~Transfer-Encoding: chunked~~0~~"
                        + " -> 200 OK [Connection=keep-alive, Transfer-Encoding=chunked] body -1 /  end []",
                "HTTP/1.1 100 Go on~~HTTP/1.1 103 Early~Link: x~~HTTP/1.1 204 X~~ -> 204 X [] body 0 stays /  end []",
                "HTTP/1.1 200 OK~A: b~ c~\td~Content-Length : 0~~ -> 200 OK [A=b c d, Content-Length=0] body 0 stays /"
                        + "  end []",
            })
    void readsAnAnswerHoweverItIsCut(String answer, String expected) {
        String octets = answer.replace("~", "\r\n");
        for (int cut = 0; cut < octets.length(); cut++) {
            heard.clear();
            reader.expect(false);
            assertEquals(null, read(octets.substring(0, cut)));
            assertEquals(cut == 0, reader.silent());
            assertEquals(null, read(octets.substring(cut)));
            assertEquals(expected, String.join(" / ", heard), "cut at " + cut);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK~~",
                "HTTP/1.x 200 OK~~",
                "http/1.1 200 OK~~",
                "~HTTP/1.1 200 OK~~",
                "HTTP/1.1  200 OK~~",
                "HTTP/1.1 099 OK~~",
                "HTTP/1.1 20x OK~~",
                "HTTP/1.1 200 a\u0000b~~",
                "HTTP/1.1 200 OK~ A: b~~",
                "HTTP/1.1 200 OK~A~~",
                "HTTP/1.1 200 OK~: b~~",
                "HTTP/1.1 200 OK~A b: c~~",
                "HTTP/1.1 200 OK~A: b\rSet-Cookie: c~~",
                "HTTP/1.1 200 OK~A: b\u0000~~",
                "HTTP/1.1 200 OK~Content-Length: 2~Content-Length: 2~~ok",
                "HTTP/1.1 200 OK~Content-Length: +2~~ok",
                "HTTP/1.1 200 OK~Content-Length:~~ok",
                "HTTP/1.1 200 OK~Content-Length: 2, 2~~ok",
                "HTTP/1.1 200 OK~Content-Length: 9999999999999999999~~ok",
                "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Content-Length: 0~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~ 2~ok~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~okay~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~123456789~ok",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~0~A b: c~~",
            })
    void whatMayBeReadInTwoWaysIsNoAnswer(String answer) {
        reader.expect(false);
        assertNotNull(read(answer.replace("~", "\r\n")));
        assertFalse(heard.stream().anyMatch(one -> one.contains("end")), heard.toString());
    }

    /// Of 16 KB, 64 KB and 64 KB.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 ",
                "HTTP/1.1 200 OK\r\nA: b",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b"
            })
    void whatIsTooLongIsNoAnswer(String beginning) {
        reader.expect(false);
        assertEquals(null, read(beginning));
        String wrong = null;
        for (int i = 0; i < 70 && wrong == null; i++) {
            wrong = read("x".repeat(1024));
        }
        assertTrue(wrong != null && wrong.endsWith("too long"), String.valueOf(wrong));
    }

    @Test
    void tooMuchBeforeAnAnswerIsNone() {
        reader.expect(false);
        assertEquals("too much comes before the answer", read("HTTP/1.1 103 Early\r\n\r\n".repeat(21)));
    }

    @Test
    void theAnswerToHeadHasNoBody() {
        reader.expect(true);
        assertEquals("left 6", left("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen"));
        assertEquals(List.of("200 OK [Content-Length=6] body 0 stays", " end []"), heard);
    }

    /// They are nobody's, and nobody reads them.
    @Test
    void octetsBehindAnAnswerAreLeft() {
        reader.expect(false);
        assertEquals("left 3", left("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok..."));
        assertEquals("left 4", left("more"));
    }

    @Test
    void theEndOfTheConnectionIsTheEndOfWhatHasNoLength() {
        reader.expect(false);
        assertEquals(null, read("HTTP/1.1 200 OK\r\n\r\nall"));
        assertEquals(null, read(" of it"));
        assertTrue(reader.closed());
        assertEquals(List.of("200 OK [] body -1", "all of it end []"), heard);
        assertFalse(reader.closed(), "once");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 2",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
            })
    void theEndOfTheConnectionIsTheEndOfNothingElse(String part) {
        reader.expect(false);
        assertEquals(null, read(part));
        assertFalse(reader.closed());
    }

    @Test
    void whatComesBehindAnotherProtocolIsPassedOnAsItIs() {
        reader.expect(false);
        assertEquals(null, read("HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n\u0000HTTP/1.1 "));
        assertEquals("101 Go [Upgrade=x] body 0 stays", heard.getFirst());
        assertEquals("\u0000HTTP/1.1 ", body.toString());
        assertTrue(reader.closed(), "as long as the connection lasts");
    }

    /// A reader remembers the fields of the answer before; nobody may find them in another.
    @Test
    void whatWasSaidBeforeChangesNothing() {
        List<String> lines =
                List.of("A: 1", "A: 2", "a: 1", "A:1", "B: 1", " folded", "Set-Cookie: " + "c".repeat(120), "Bad");
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 2000; i++) {
            StringBuilder answer = new StringBuilder("HTTP/1.1 200 OK\r\n");
            for (int n = random.nextInt(30); n > 0; n--) {
                // Mostly the first ones, so that most lines stand where they stood before, and few answers are none.
                answer.append(lines.get(random.nextInt(random.nextInt(lines.size()) + 1)))
                        .append("\r\n");
            }
            answer.append("Transfer-Encoding: chunked\r\n\r\n0\r\nT: ")
                    .append(i % 3)
                    .append("\r\n\r\n");
            ResponseReaderTest fresh = new ResponseReaderTest();
            heard.clear();
            for (ResponseReaderTest each : List.of(this, fresh)) {
                each.reader.expect(false);
                each.heard.add(String.valueOf(each.read(answer.toString())));
            }
            assertEquals(fresh.heard, heard, answer.toString());
        }
    }

    private @Nullable String read(String octets) {
        return reader.read(Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1));
    }

    private String left(String octets) {
        ByteBuf all = Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1);
        String wrong = reader.read(all);
        return wrong == null ? "left " + all.readableBytes() : wrong;
    }
}
