package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The first record of a TLS connection (RFC 8446 §4.1.2), as far as it tells the host that the client wants and
/// whether it speaks TLS 1.3.
public final class ClientHello {
    private static final int RECORD_HEAD = 5;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS_1_3 = 0x0304;
    private static final int VERSION_AND_RANDOM = 34;

    private ClientHello() {}

    /// Whether the first record is there, or can be none of TLS.
    public static boolean whole(ByteBuf in) {
        int from = in.readerIndex();
        return in.isReadable()
                && (in.getUnsignedByte(from) != HANDSHAKE
                        || in.readableBytes() >= RECORD_HEAD
                                && in.readableBytes() >= RECORD_HEAD + in.getUnsignedShort(from + 3));
    }

    /// The host's name. Nothing is taken from the buffer.
    ///
    /// @param in begins with a [#whole] record
    /// @return null: the client names none, or nobody can read it
    public static @Nullable String serverName(ByteBuf in) {
        try {
            ByteBuf names = extension(in.slice(), SERVER_NAME);
            return names == null ? null : name(names.readSlice(names.readUnsignedShort()));
        } catch (IndexOutOfBoundsException _) {
            // The handshake will find out what is wrong.
            return null;
        }
    }

    /// Whether the client can speak TLS 1.3 (RFC 8446 §4.2.1). Nothing is taken from the buffer.
    ///
    /// @param in begins with a [#whole] record
    public static boolean offersTls13(ByteBuf in) {
        try {
            ByteBuf versions = extension(in.slice(), SUPPORTED_VERSIONS);
            if (versions != null) {
                ByteBuf list = versions.readSlice(versions.readUnsignedByte());
                while (list.isReadable()) {
                    if (list.readUnsignedShort() == TLS_1_3) {
                        return true;
                    }
                }
            }
        } catch (IndexOutOfBoundsException _) {
            // As above.
        }
        return false;
    }

    private static @Nullable ByteBuf extension(ByteBuf record, int wanted) {
        if (record.readUnsignedByte() != HANDSHAKE) {
            return null;
        }
        ByteBuf hello = record.skipBytes(2).readSlice(record.readUnsignedShort());
        if (hello.readUnsignedByte() != CLIENT_HELLO) {
            return null;
        }
        hello.skipBytes(3 + VERSION_AND_RANDOM);
        hello.skipBytes(hello.readUnsignedByte());
        hello.skipBytes(hello.readUnsignedShort());
        hello.skipBytes(hello.readUnsignedByte());
        ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
            if (type == wanted) {
                return extension;
            }
        }
        return null;
    }

    private static @Nullable String name(ByteBuf names) {
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            ByteBuf name = names.readSlice(names.readUnsignedShort());
            if (type == HOST_NAME) {
                return name.toString(StandardCharsets.US_ASCII);
            }
        }
        return null;
    }
}
