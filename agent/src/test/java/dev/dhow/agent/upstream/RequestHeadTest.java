package dev.dhow.agent.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dhow.agent.upstream.RequestHead.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes out is one request, whatever it was made of.
class RequestHeadTest {
    @Test
    void isSaidAsItIs() {
        List<Map.Entry<String, String>> fields =
                List.of(Map.entry("Host", "a"), Map.entry("X-A", "b \t\u00e9"), Map.entry("x-a", ""));
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
        refused(new RequestHead("GET", "/", List.of(Map.entry(bad, "b")), Framing.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r", "a\nb", "\u0000", "\u007f", "\u0100", "\u560d\u560a"})
    void noValueDoes(String bad) {
        refused(new RequestHead("GET", "/", List.of(Map.entry("A", bad)), Framing.NONE));
    }

    private static void refused(RequestHead head) {
        assertThrows(IllegalArgumentException.class, () -> octets(head));
    }

    private static String octets(RequestHead head) {
        ByteBuf octets = head.octets(UnpooledByteBufAllocator.DEFAULT);
        try {
            return octets.toString(StandardCharsets.ISO_8859_1);
        } finally {
            octets.release();
        }
    }
}
