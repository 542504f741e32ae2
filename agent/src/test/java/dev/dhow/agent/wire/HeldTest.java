package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is counted of a request's frames, without a network.
class HeldTest {
    private final Held held = new Held(1 << 20);
    private EmbeddedChannel channel;
    private UploadWindows windows;
    private Http2Stream stream;

    @BeforeEach
    void open() throws Exception {
        Http2ConnectionHandler handler = new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(new Http2FrameAdapter())
                .build();
        channel = new EmbeddedChannel(handler);
        windows = UploadWindows.into(handler, channel.pipeline().context(handler), held, _ -> {});
        stream = handler.connection().remote().createStream(1, false);
    }

    private void comes(int octets, boolean end) throws Http2Exception {
        windows.receiveFlowControlledFrame(stream, Unpooled.wrappedBuffer(new byte[octets]), 0, end);
    }

    /// Its answer is sent, and what was under way is passed over.
    @Test
    void requestThatNobodyWantsIsOverWithItsEnd() throws Exception {
        stream.resetSent();
        comes(10, false);
        windows.consumeBytes(stream, 10);
        assertEquals(Http2Stream.State.OPEN, stream.state());
        comes(10, true);
        windows.consumeBytes(stream, 10);
        assertEquals(Http2Stream.State.CLOSED, stream.state());
        assertEquals(0, held.octets());
    }

    @Test
    void partsThatAreTakenAfterTheEndCameAreNotHeld() throws Exception {
        comes(10, false);
        comes(20, true);
        stream.closeRemoteSide();
        windows.passed(1, 10);
        assertEquals(30 + 2 * 256, held.octets(), "not while a frame is read");
        channel.runPendingTasks();
        assertEquals(20 + 256, held.octets());
        windows.passed(1, 20);
        channel.runPendingTasks();
        assertEquals(0, held.octets());
    }

    @Test
    void emptyFramesAreHeldUntilTheyAreTakenToo() throws Exception {
        comes(10, false);
        comes(0, false);
        comes(0, false);
        comes(10, false);
        assertEquals(20 + 4 * 256, held.octets());
        windows.consumeBytes(stream, 10);
        windows.passed(1, 10);
        assertEquals(10 + 3 * 256, held.octets());
        windows.passed(1, 0);
        windows.passed(1, 0);
        assertEquals(10 + 256, held.octets());
        stream.close();
        assertEquals(0, held.octets());
    }
}
