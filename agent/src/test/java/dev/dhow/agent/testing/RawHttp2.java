package dev.dhow.agent.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Speaks HTTP/2 frame by frame, so that a test decides every field. Frames are shown as text: `headers 1 200 end`,
/// `data 1 hello end`, `reset 1 PROTOCOL_ERROR`, `goaway ENHANCE_YOUR_CALM`, `pong`. It counts how much it may send,
/// and
/// is not stopped by it.
public final class RawHttp2 implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int FRAME = 16 * 1024;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 0x20;
    private static final String[] ERRORS = {
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM"
    };

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Long> granted = new HashMap<>();
    private Map<String, String> fields = Map.of();
    private long window = 65_535;

    public RawHttp2(SSLSocket socket) throws IOException {
        this.socket = socket;
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new IOException("not HTTP/2: " + socket.getApplicationProtocol());
        }
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    /// Sends a head.
    ///
    /// @param end whether nothing follows
    /// @param fields names and values in turn
    public RawHttp2 head(int stream, boolean end, String... fields) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            literal(block, fields[i]);
            literal(block, fields[i + 1]);
        }
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.toByteArray());
        return this;
    }

    /// A GET without a body.
    public RawHttp2 get(int stream, String authority, String path, String... more) throws IOException {
        return request("GET", stream, true, authority, path, more);
    }

    /// A POST whose body follows.
    public RawHttp2 post(int stream, String authority, String path, String... more) throws IOException {
        return request("POST", stream, false, authority, path, more);
    }

    private RawHttp2 request(String method, int stream, boolean end, String authority, String path, String... more)
            throws IOException {
        List<String> fields =
                new ArrayList<>(List.of(":method", method, ":scheme", "https", ":authority", authority, ":path", path));
        fields.addAll(List.of(more));
        return head(stream, end, fields.toArray(String[]::new));
    }

    public RawHttp2 data(int stream, boolean end, String text) throws IOException {
        return data(stream, end, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// @param padding octets after those that matter; 0 takes one all the same
    public RawHttp2 padded(int stream, boolean end, String text, int padding) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(1 + text.length() + padding);
        all.put((byte) padding).put(text.getBytes(StandardCharsets.ISO_8859_1));
        return data(stream, PADDED | (end ? END_STREAM : 0), all.array());
    }

    private RawHttp2 data(int stream, boolean end, byte[] octets) throws IOException {
        return data(stream, end ? END_STREAM : 0, octets);
    }

    private RawHttp2 data(int stream, int flags, byte[] payload) throws IOException {
        frame(DATA, flags, stream, payload);
        granted.merge(stream, (long) -payload.length, Long::sum);
        granted.merge(0, (long) -payload.length, Long::sum);
        return this;
    }

    /// Sends as much of a body as the other side lets it now.
    ///
    /// @return octets
    public long fill(int stream) throws IOException {
        return fill(stream, Long.MAX_VALUE, false);
    }

    /// Sends as much of a body as the other side lets it now.
    ///
    /// @param most what is left of it
    /// @param end whether nothing follows that
    /// @return octets
    public long fill(int stream, long most, boolean end) throws IOException {
        long sent = 0;
        while (sent < most && room(stream) > 0) {
            int some = (int) Math.min(FRAME, Math.min(most - sent, room(stream)));
            sent += some;
            data(stream, end && sent == most, new byte[some]);
        }
        return sent;
    }

    /// Octets of a body that may be sent now, as far as frames were read.
    public long room(int stream) {
        return Math.min(65_535 + granted.getOrDefault(0, 0L), window + granted.getOrDefault(stream, 0L));
    }

    /// Reads until so much of a body may be sent.
    public RawHttp2 awaitRoom(int stream, long octets) throws IOException {
        while (room(stream) < octets) {
            read();
        }
        return this;
    }

    /// Reads until the other side has seen all that was sent.
    public RawHttp2 settle() throws IOException {
        ping().await("pong");
        return this;
    }

    /// Asks for a sign of life.
    public RawHttp2 ping() throws IOException {
        frame(PING, 0, 0, new byte[8]);
        return this;
    }

    /// Takes a request back.
    public RawHttp2 cancel(int stream) throws IOException {
        frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(8).array());
        return this;
    }

    /// Lets the other side send so much more on this connection.
    public RawHttp2 grant(int octets) throws IOException {
        frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(octets).array());
        return this;
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write((rest & 127) | 128);
                rest >>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(9 + payload.length);
        all.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        all.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        socket.getOutputStream().write(all.array());
        socket.getOutputStream().flush();
    }

    /// The next frame that matters.
    ///
    /// @throws IOException also at the end of the connection
    public String next() throws IOException {
        while (true) {
            String shown = read();
            if (shown != null) {
                return shown;
            }
        }
    }

    private @Nullable String read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        return shown(type, flags, stream, in.readNBytes(length));
    }

    /// The next frame that begins so; others are passed over.
    public String await(String beginning) throws IOException {
        StringBuilder others = new StringBuilder();
        while (true) {
            try {
                String frame = next();
                if (frame.startsWith(beginning)) {
                    return frame;
                }
                others.append(frame).append("; ");
            } catch (IOException e) {
                throw new IOException("no " + beginning + ", but " + others, e);
            }
        }
    }

    /// The fields of the last head, with pseudo-headers.
    public Map<String, String> fields() {
        return fields;
    }

    private @Nullable String shown(int type, int flags, int stream, byte[] payload) throws IOException {
        String end = (flags & END_STREAM) == 0 ? "" : " end";
        return switch (type) {
            case DATA -> "data " + stream + " " + new String(payload, StandardCharsets.UTF_8).strip() + end;
            case HEADERS -> {
                int priority = (flags & PRIORITY) == 0 ? 0 : 5;
                fields = decoded(stream, payload, priority);
                yield "headers " + stream + " " + fields.get(":status") + end;
            }
            case RST_STREAM ->
                "reset " + stream + " " + ERRORS[ByteBuffer.wrap(payload).getInt()];
            case GOAWAY -> "goaway " + ERRORS[ByteBuffer.wrap(payload).getInt(4)];
            case PING -> {
                if ((flags & ACK) == 0) {
                    frame(PING, ACK, 0, payload);
                    yield null;
                }
                yield "pong";
            }
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    settings(ByteBuffer.wrap(payload));
                    frame(SETTINGS, ACK, 0, new byte[0]);
                }
                yield null;
            }
            case WINDOW_UPDATE -> {
                granted.merge(stream, (long) ByteBuffer.wrap(payload).getInt(), Long::sum);
                yield null;
            }
            default -> null;
        };
    }

    private void settings(ByteBuffer all) {
        while (all.hasRemaining()) {
            int name = all.getShort();
            int value = all.getInt();
            if (name == INITIAL_WINDOW_SIZE) {
                window = value;
            }
        }
    }

    private Map<String, String> decoded(int stream, byte[] payload, int from) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(payload, from, payload.length - from);
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, block);
            Map<String, String> all = new TreeMap<>();
            for (Entry<CharSequence, CharSequence> field : headers) {
                all.put(field.getKey().toString(), field.getValue().toString());
            }
            return all;
        } catch (Http2Exception e) {
            throw new IOException(e);
        } finally {
            block.release();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
