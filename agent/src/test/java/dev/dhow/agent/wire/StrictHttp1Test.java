package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every shape of request is one that all readers understand alike, or it is refused (RFC 9112).
class StrictHttp1Test {
    private static final String HOST = "Host: a\r\n";

    private final StrictHttp1 strict = new StrictHttp1(() -> Duration.ZERO);
    private final EmbeddedChannel channel = new EmbeddedChannel(strict);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "get /?a=b;c&d=%00{}|^[]\"<> HTTP/1.1\r\nHost: a_b.example.:8080\r\n\r\n",
                "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:0 \t\r\nX: \u00e9\t \r\nY:\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nT: u\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n",
            })
    void passesOnWhatEverybodyUnderstandsAlike(String bytes) {
        assertNull(refusal(bytes));
        assertEquals(bytes.strip(), passed().strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~Host: a~Host: a~~                                        | 400",
                "GET / HTTP/1.1~Host: a/evil~~                                           | 400",
                "GET / HTTP/1.1~Host: x@a~~                                              | 400",
                "GET / HTTP/1.1~Host: a b~~                                              | 400",
                "GET / HTTP/1.1~Host: a:99999999~~                                       | 400",
                "GET / HTTP/1.1~Host: a~X: y~ folded~~                                   | 400",
                "GET / HTTP/1.1~Host: a~: x~~                                            | 400",
                "GET / HTTP/1.1~Host : a~~                                               | 400",
                "GET / HTTP/1.1~ Host: a~~                                               | 400",
                "GET / HTTP/1.1~Host: a~no colon~~                                       | 400",
                "GET  / HTTP/1.1~Host: a~~                                               | 400",
                "GET / HTTP/1.1 ~Host: a~~                                               | 400",
                "GET /a#b HTTP/1.1~Host: a~~                                             | 400",
                "GET a HTTP/1.1~Host: a~~                                                | 400",
                "GET * HTTP/1.1~Host: a~~                                                | 400",
                "GET /~Host: a~~                                                         | 400",
                "GET / HTTP/2.0~Host: a~~                                                | 505",
                "GET / HTTP/1.2~Host: a~~                                                | 505",
                "G@T / HTTP/1.1~Host: a~~                                                | 400",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2~GET / HTTP/1.1~Host: a~~                 | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1~~a          | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 1, 1~~a                         | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: +1~~a                           | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: -1~~a                           | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 0x1~~a                          | 400",
                "POST / HTTP/1.1~Host: a~Content-Length:~~a                              | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 1234567890123456789~~a          | 400",
                "POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked~~a | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 1~~a | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~ | 400",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: identity, chunked~~          | 501",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~                   | 501",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, identity~~          | 501",
                "POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~                    | 400",
                "POST / HTTP/1.1~Host: a~Expect: foo~~                                   | 417",
            })
    void refusesWhatTwoReadersCouldUnderstandDifferently(String shape, int status) {
        Refusal refusal = refusal(shape.strip().replace("~", "\r\n"));

        assertNotNull(refusal);
        assertEquals(status, refusal.status(), refusal.message());
        assertEquals("GET / HTTP/1.0\r\nConnection: close\r\n\r\n", passed());
        channel.writeInbound(bytes("GET /second HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertEquals("", passed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\u000bTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n",
                "GET /\t HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001",
            })
    void refusesOctetsThatNoHeadMayHave(String bytes) {
        Refusal refusal = refusal(bytes);

        assertNotNull(refusal);
        assertEquals(400, refusal.status());
    }

    /// K37
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x5\r\n",
                "-5\r\n",
                " 5\r\n",
                "5 \r\n",
                "\r\n",
                "5;a\n",
                "fffffffffffffffff\r\n",
                "1\r\nab",
                "1\r\na\n"
            })
    void endsARequestWithBadChunksAsOneThatCannotBeRead(String chunks) {
        EmbeddedChannel decoding = new EmbeddedChannel(new StrictHttp1(() -> Duration.ZERO), new HttpRequestDecoder());
        decoding.writeInbound(bytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks));

        HttpContent last = null;
        for (Object read = decoding.readInbound(); read != null; read = decoding.readInbound()) {
            last = read instanceof HttpContent content ? content : last;
        }
        assertNotNull(last);
        assertTrue(last.decoderResult().isFailure());
    }

    @Test
    void boundsLineFieldsAndHead() {
        assertEquals(414, status("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n" + HOST + "\r\n"));
        assertEquals(431, status("GET / HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(40_000) + "\r\n\r\n"));
        assertEquals(431, status("GET / HTTP/1.1\r\n" + HOST + "X: a\r\n".repeat(100) + "\r\n"));
        assertEquals(0, status("GET / HTTP/1.1\r\n" + HOST + "X: a\r\n".repeat(99) + "\r\n"));
    }

    /// However the octets are cut into packets, the codec behind sees the same requests.
    @Test
    void cutsDoNotMatter() {
        String all = "POST /a HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "4;x\r\n"
                + "abcd\r\n"
                + "2\r\n"
                + "ef\r\n"
                + "0\r\n"
                + "T: u\r\n\r\n"
                + "PUT /b HTTP/1.1\r\n"
                + "Host: b\r\n"
                + "Content-Length: 5\r\n\r\n"
                + "helloGET /c HTTP/1.1\r\n"
                + "Host: c\r\n\r\n";
        List<String> whole = requests(all, all.length(), all.length());
        assertEquals(List.of("POST /a abcdef", "PUT /b hello", "GET /c "), whole);
        for (int first = 1; first < all.length(); first++) {
            assertEquals(whole, requests(all, first, all.length()), "cut at " + first);
            assertEquals(whole, requests(all, first, 1), "octet by octet from " + first);
        }
    }

    /// A refused one at the end of a pipeline is answered in its turn.
    @Test
    void numbersTheRefusedRequest() {
        channel.writeInbound(
                bytes("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET  /3 HTTP/1.1\r\n\r\n"));

        assertNull(strict.refused(1));
        assertNull(strict.refused(2));
        assertNotNull(strict.refused(3));
        assertEquals(
                "GET /1 HTTP/1.1\r\n"
                        + "Host: a\r\n\r\n"
                        + "GET /2 HTTP/1.1\r\n"
                        + "Host: a\r\n\r\n"
                        + "GET / HTTP/1.0\r\n"
                        + "Connection: close\r\n\r\n",
                passed());
    }

    @Test
    void holdsWhatFollowsAnUpgradeUntilItsAnswerIsKnown() {
        String upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        channel.writeInbound(bytes(upgrade + "\u0081\u0005"));
        assertEquals(upgrade, passed());
        channel.writeInbound(bytes("hello"));
        assertEquals("", passed());

        strict.upgraded(true);

        assertEquals("\u0081\u0005hello", passed());
        channel.writeInbound(bytes("no HTTP"));
        assertEquals("no HTTP", passed());
    }

    @Test
    void readsOnWhenAnUpgradeWasRefused() {
        channel.writeInbound(bytes("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"));
        passed();
        channel.writeInbound(bytes("GET /next HTTP/1.1\r\nHo"));
        channel.writeInbound(bytes("st: a\r\n\r\n"));

        strict.upgraded(false);

        assertEquals("GET /next HTTP/1.1\r\nHost: a\r\n\r\n", passed());
    }

    /// K69
    @Test
    void knowsSinceWhenAHeadIsUnderWay() {
        channel.writeInbound(bytes("GET / HT"));
        assertNotNull(strict.headSince());
        channel.writeInbound(bytes("TP/1.1\r\nHost: a\r\n\r\n"));
        assertNull(strict.headSince());
    }

    private static List<String> requests(String all, int first, int step) {
        EmbeddedChannel decoding = new EmbeddedChannel(new StrictHttp1(() -> Duration.ZERO), new HttpRequestDecoder());
        decoding.writeInbound(bytes(all.substring(0, first)));
        for (int at = first; at < all.length(); at += step) {
            decoding.writeInbound(bytes(all.substring(at, Math.min(all.length(), at + step))));
        }
        List<StringBuilder> seen = new ArrayList<>();
        for (Object read = decoding.readInbound(); read != null; read = decoding.readInbound()) {
            if (read instanceof HttpRequest request) {
                seen.add(new StringBuilder(request.method() + " " + request.uri() + " "));
            }
            if (read instanceof HttpContent content) {
                seen.getLast().append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            ReferenceCountUtil.release(read);
        }
        decoding.finishAndReleaseAll();
        return seen.stream().map(StringBuilder::toString).toList();
    }

    private static int status(String bytes) {
        StrictHttp1 fresh = new StrictHttp1(() -> Duration.ZERO);
        new EmbeddedChannel(fresh).writeInbound(bytes(bytes));
        Refusal refusal = fresh.refused(1);
        return refusal == null ? 0 : refusal.status();
    }

    private @Nullable Refusal refusal(String bytes) {
        channel.writeInbound(bytes(bytes));
        return strict.refused(1);
    }

    private String passed() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf read = channel.readInbound(); read != null; read = channel.readInbound()) {
            all.append(read.toString(StandardCharsets.ISO_8859_1));
            read.release();
        }
        return all.toString();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
