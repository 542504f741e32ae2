package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    /// What a client of the JDK begins with.
    private static byte[] hello(@Nullable String host) throws Exception {
        return hello(host, "TLSv1.3", "TLSv1.2");
    }

    private static byte[] hello(@Nullable String host, String... versions) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(host == null ? List.of() : List.of(new SNIHostName(host)));
        parameters.setProtocols(versions);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    @Test
    void nameIsReadAndNothingIsTaken() throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {9, 9}, hello("shop.example.com"), new byte[] {1});
        in.skipBytes(2);
        int readable = in.readableBytes();
        assertTrue(ClientHello.whole(in));
        assertEquals("shop.example.com", ClientHello.serverName(in));
        assertEquals(readable, in.readableBytes());
        assertNull(ClientHello.serverName(Unpooled.wrappedBuffer(hello(null))));
    }

    @Test
    void versionThatTheClientCanSpeakIsRead() throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(hello(null));
        int readable = in.readableBytes();
        assertTrue(ClientHello.offersTls13(in));
        assertEquals(readable, in.readableBytes());
        assertFalse(ClientHello.offersTls13(Unpooled.wrappedBuffer(hello(null, "TLSv1.2"))));
        assertFalse(ClientHello.offersTls13(Unpooled.copiedBuffer("GET / HTTP/1.1", StandardCharsets.US_ASCII)));
    }

    @Test
    void recordIsWholeWithItsLastOctet() throws Exception {
        byte[] hello = hello("shop.example.com");
        for (int length = 0; length < hello.length; length++) {
            assertFalse(ClientHello.whole(Unpooled.wrappedBuffer(hello, 0, length)), "of " + length);
        }
        assertTrue(ClientHello.whole(Unpooled.wrappedBuffer(hello)));
        assertTrue(ClientHello.whole(Unpooled.copiedBuffer("GET", StandardCharsets.US_ASCII)), "it will be none");
    }

    /// The engine says what is wrong with it.
    @Test
    void whateverElseComesHasNoName() throws Exception {
        byte[] hello = hello("shop.example.com");
        for (int at = 0; at < hello.length; at++) {
            for (int octet : new int[] {0, 1, 0x7F, 0xFF}) {
                byte[] spoilt = hello.clone();
                spoilt[at] = (byte) octet;
                String name = ClientHello.serverName(Unpooled.wrappedBuffer(spoilt));
                assertTrue(name == null || name.length() <= hello.length, name);
            }
            assertNull(ClientHello.serverName(Unpooled.wrappedBuffer(hello, 0, at)));
            assertFalse(ClientHello.offersTls13(Unpooled.wrappedBuffer(hello, 0, at)));
        }
    }
}
