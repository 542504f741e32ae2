package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.wire.Sender.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProxyHeaderReaderTest {
    private static final String REQUEST = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Networks TEN = new Networks(Objects.requireNonNull(Network.parse("10.0.0.0/8")));
    private static final String V2 = "0d0a0d0a000d0a515549540a";

    private final List<String> refusals = new ArrayList<>();

    /// A connection from somewhere.
    private final class Link extends EmbeddedChannel {
        private final String from;

        Link(String from, Networks senders) {
            // The address is asked for when the first octet is read.
            super(new ProxyHeaderReader(
                    senders, Duration.ofSeconds(5), (sender, why) -> refusals.add(sender.peer() + ": " + why)));
            this.from = from;
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return from == null ? super.remoteAddress0() : new InetSocketAddress(from, 4000);
        }

        /// What was passed on.
        String passed() {
            StringBuilder all = new StringBuilder();
            for (Object part = readInbound(); part != null; part = readInbound()) {
                ByteBuf in = (ByteBuf) part;
                all.append(in.toString(StandardCharsets.ISO_8859_1));
                in.release();
            }
            return all.toString();
        }

        String answered() {
            ByteBuf out = readOutbound();
            return out == null ? "" : out.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// A header of version 2, and the request behind it.
    private static byte[] binary(String commandAndFamily, String addresses) {
        byte[] body = HexFormat.of().parseHex(addresses);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(HexFormat.of().parseHex(V2 + commandAndFamily));
        all.write(body.length >> 8);
        all.write(body.length);
        all.writeBytes(body);
        all.writeBytes(text(REQUEST));
        return all.toByteArray();
    }

    private Link sent(String from, byte[] octets, int pieces) {
        Link link = new Link(from, TEN);
        for (int at = 0; at < octets.length && link.isActive(); at += pieces) {
            link.writeInbound(Unpooled.copiedBuffer(octets, at, Math.min(pieces, octets.length - at)));
        }
        return link;
    }

    private record Row(String what, byte[] octets, String address, Header header) {}

    private static final String FOUR = "c0000207" + "0a000001" + "1f90" + "0050";
    private static final String UNIX = "2f746d70".repeat(27) + "2f746d70".repeat(27);
    private static final String SIX =
            "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "1f90" + "0050";

    /// As HAProxy sends it with `proxy-v2-options crc32c,unique-id`.
    private static final String CHECKED = "7f0000017f000001" + "eb566f37" + "0300044d1314df" + "0500057765622d37";

    private static final String SIX_CHECKED = SIX + "040001ff" + "0300044f53d4f0";

    private static byte[] join(byte[] one, byte[] other) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(one);
        all.writeBytes(other);
        return all.toByteArray();
    }

    private static List<Row> rows() {
        return List.of(
                new Row("no header", text(REQUEST), "10.1.2.3", Header.MISSING),
                new Row("v1", text("PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n" + REQUEST), "192.0.2.7", Header.V1),
                new Row(
                        "v1 of IPv6",
                        text("PROXY TCP6 2001:db8::7 2001:db8::1 1 80\r\n" + REQUEST),
                        "2001:db8::7",
                        Header.V1),
                new Row("v1 of nobody", text("PROXY UNKNOWN\r\n" + REQUEST), "10.1.2.3", Header.V1_UNKNOWN),
                new Row(
                        "v1 of nobody, with more",
                        text("PROXY UNKNOWN ff:: ff:: 1 2\r\n" + REQUEST),
                        "10.1.2.3",
                        Header.V1_UNKNOWN),
                new Row("v2", binary("2111", FOUR), "192.0.2.7", Header.V2),
                new Row("v2 of IPv6", binary("2121", SIX), "2001:db8:0:0:0:0:0:7", Header.V2),
                new Row(
                        "v2 with additions",
                        binary("2111", FOUR + "ea000f" + "01" + "76706365".repeat(3) + "3132" + "040000"),
                        "192.0.2.7",
                        Header.V2),
                new Row("v2 with a checksum", binary("2111", CHECKED), "127.0.0.1", Header.V2),
                new Row("v2 of IPv6 with a checksum", binary("2121", SIX_CHECKED), "2001:db8:0:0:0:0:0:7", Header.V2),
                new Row(
                        "v2 local, of which nothing is used",
                        binary("2011", FOUR + "03000400000000"),
                        "10.1.2.3",
                        Header.V2_LOCAL),
                new Row("v2 local", binary("2000", ""), "10.1.2.3", Header.V2_LOCAL),
                new Row("v2 local with addresses", binary("2011", FOUR), "10.1.2.3", Header.V2_LOCAL),
                new Row(
                        "v2 of no family, of which nothing is used",
                        binary("2100", "03000400000001"),
                        "10.1.2.3",
                        Header.V2_LOCAL),
                new Row("v2 of a Unix socket", binary("2131", UNIX), "10.1.2.3", Header.V2_LOCAL),
                new Row("v2 of datagrams", binary("2112", FOUR), "10.1.2.3", Header.V2_LOCAL),
                new Row(
                        "two, of senders behind each other",
                        text("PROXY TCP4 10.9.9.9 10.0.0.1 1 80\r\nPROXY TCP4 192.0.2.8 10.0.0.1 1 80\r\n" + REQUEST),
                        "192.0.2.8",
                        Header.V1),
                new Row(
                        "two of both kinds",
                        join(text("PROXY TCP4 10.9.9.9 10.0.0.1 1 80\r\n"), binary("2111", FOUR)),
                        "192.0.2.7",
                        Header.V2),
                new Row(
                        "of a sender that sends none",
                        text("PROXY TCP4 10.9.9.9 10.0.0.1 1 80\r\n" + REQUEST),
                        "10.9.9.9",
                        Header.V1));
    }

    @Test
    void headersAreReadHoweverTheyAreCut() {
        for (Row row : rows()) {
            for (int pieces : new int[] {1, 2, 7, 13, 16, 1 << 16}) {
                String what = row.what() + " in pieces of " + pieces;
                Link link = sent("10.1.2.3", row.octets(), pieces);
                assertEquals(REQUEST, link.passed(), what);
                assertEquals(new Sender("10.1.2.3", row.address(), row.header()), Sender.of(link), what);
                assertEquals(0, link.pipeline().names().size() - 1, what + ": nothing stays");
            }
        }
        assertEquals(List.of(), refusals);
    }

    @Test
    void strangersMaySendNone() {
        for (byte[] octets : List.of(
                text("PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n" + REQUEST),
                binary("2111", FOUR),
                binary("2000", ""))) {
            for (int pieces : new int[] {1, 1 << 16}) {
                refusals.clear();
                Link link = sent("192.0.2.99", octets, pieces);
                assertEquals(List.of("192.0.2.99: PROXY header from an untrusted peer"), refusals);
                assertTrue(link.answered().startsWith("HTTP/1.1 400 Bad Request\r\n"));
                assertEquals("", link.passed());
                assertFalse(link.isActive());
            }
        }
        Link plain = sent("192.0.2.99", text(REQUEST), 1);
        assertEquals(REQUEST, plain.passed());
        assertEquals(Header.NONE, Sender.of(plain).header());
        for (String begins : List.of(
                "POST / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n", "\r\n\r\nGET / HTTP/1.1\r\n", "\u0016\u0003\u0001")) {
            assertEquals(begins, sent("192.0.2.99", text(begins), 1).passed());
        }
    }

    @Test
    void brokenHeadersAreRefused() {
        for (byte[] octets : List.of(
                text("PROXY TCP4 192.0.2.7 10.0.0.1 8080\r\n" + REQUEST),
                text("PROXY TCP4 192.0.2.777 10.0.0.1 1 80\r\n" + REQUEST),
                text("PROXY TCP9 192.0.2.7 10.0.0.1 1 80\r\n" + REQUEST),
                text("PROXY TCP4 " + "1".repeat(200)),
                binary("3111", FOUR),
                binary("2111", "c0000207"),
                binary("2111", FOUR + "04ffff00".repeat(4000)),
                text("PROXY TCP4 10.9.9.9 10.0.0.1 1 80\r\n".repeat(4) + REQUEST))) {
            refusals.clear();
            Link link = sent("10.1.2.3", octets, 1 << 16);
            assertEquals(1, refusals.size(), () -> new String(octets, StandardCharsets.ISO_8859_1));
            assertTrue(link.answered().startsWith("HTTP/1.1 400 Bad Request\r\n"));
            assertEquals("", link.passed());
            assertFalse(link.isActive());
        }
    }

    @Test
    void checksumOfTheHeaderMustBeRight() {
        for (String addresses : List.of(
                CHECKED.replace("4d1314df", "4d1314de"),
                CHECKED.replace("4d1314df", "00000000"),
                CHECKED.replaceFirst("7f000001", "7f000002"),
                CHECKED.replace("7765622d37", "7765622d38"),
                CHECKED.replace("0300044d1314df", "0300024d1303000014df"),
                SIX_CHECKED.replaceFirst("20010db8", "20010db9"),
                UNIX + "03000400000001",
                FOUR + "03000400000001")) {
            String family = addresses.startsWith("7f")
                    ? "2111"
                    : addresses.startsWith("2f") ? "2131" : addresses.startsWith(FOUR) ? "2112" : "2121";
            for (int pieces : new int[] {1, 1 << 16}) {
                refusals.clear();
                Link link = sent("10.1.2.3", binary(family, addresses), pieces);
                assertEquals(List.of("10.1.2.3: the PROXY header does not fit its checksum"), refusals, addresses);
                assertTrue(link.answered().endsWith("\r\n\r\nthe PROXY header does not fit its checksum\n"));
                assertEquals("", link.passed());
                assertFalse(link.isActive());
            }
        }
    }

    @Test
    void headersThatDoNotComeToTheirEndAreNotWaitedFor() {
        for (String begun : List.of("P", "PROXY TCP4 192", "\r\n\r\n")) {
            Link link = sent("10.1.2.3", text(begun), 100);
            assertTrue(link.isActive());
            link.advanceTimeBy(6, TimeUnit.SECONDS);
            link.runScheduledPendingTasks();
            assertFalse(link.isActive(), begun);
            assertNull(link.readOutbound());
        }
    }
}
