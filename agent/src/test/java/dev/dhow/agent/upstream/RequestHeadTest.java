package dev.dhow.agent.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dhow.agent.upstream.RequestHead.Framing;
import dev.dhow.agent.wire.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes out is one request, whatever it was made of.
class RequestHeadTest {
    @Test
    void isSaidAsItIs() {
        List<Field> fields = List.of(new Field("Host", "a"), new Field("X-A", "b \t\u00e9"), new Field("x-a", ""));
        assertEquals(
                "GET /x?y HTTP/1.1\r\nHost: a\r\nX-A: b \t\u00e9\r\nx-a: \r\n\r\n",
                octets(new RequestHead("GET", "/x?y", fields, Framing.NONE)));
        assertEquals(
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                octets(new RequestHead("POST", "/", List.of(), Framing.CHUNKS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r", "a\nb", "\u0000", "a\tb", "\u007f", "\u0100"})
    void noMethodTargetOrNameBeginsAnythingElse(String bad) {
        refused(new RequestHead(bad, "/", List.of(), Framing.NONE));
        refused(new RequestHead("GET", bad, List.of(), Framing.NONE));
        refused(new RequestHead("GET", "/", List.of(new Field(bad, "b")), Framing.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r", "a\nb", "\u0000", "\u007f", "\u0100", "\u560d\u560a"})
    void noValueDoes(String bad) {
        refused(new RequestHead("GET", "/", List.of(new Field("A", bad)), Framing.NONE));
    }

    private static void refused(RequestHead head) {
        assertThrows(IllegalArgumentException.class, head::octets);
    }

    private static String octets(RequestHead head) {
        return new String(head.octets(), StandardCharsets.ISO_8859_1);
    }
}
