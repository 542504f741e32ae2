package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/// What must be known of a PROXY header of version 2 before it is read: where it ends, and whether it came as it was
/// sent. The checksum is over the whole header, where its own four octets count as zeros (`proxy-protocol.txt`,
/// `PP2_TYPE_CRC32C`). Netty's reader passes over it.
final class BinaryHeader {
    /// The signature, command, family and length.
    private static final int FIXED = 16;

    private static final int COMMAND_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;
    /// Of two Unix sockets, the longest addresses there are.
    private static final int MOST_ADDRESSES = 216;

    private static final int CHECKSUM = 0x03;
    private static final byte[] ZEROS = new byte[4];

    private final ByteBuf in;
    private final int start;
    private final int end;

    private BinaryHeader(ByteBuf in) {
        this.in = in;
        start = in.readerIndex();
        end = start + FIXED + in.getUnsignedShort(start + LENGTH_AT);
    }

    /// Whether it need not be waited for any more: all of it is here, or it is too long anyway.
    ///
    /// @param in what came, from the header's first octet on
    /// @param mostExtra octets behind its addresses
    static boolean whole(ByteBuf in, int mostExtra) {
        if (in.readableBytes() < FIXED) {
            return false;
        }
        BinaryHeader header = new BinaryHeader(in);
        return header.end <= in.writerIndex() || header.end - header.start > FIXED + MOST_ADDRESSES + mostExtra;
    }

    /// Whether it bears a checksum that is not its own, whatever its addresses are of: also what names nobody,
    /// as Unix sockets and datagrams, is then not what was sent. A local header and one without a family have
    /// nothing to check, because nothing of them is used.
    ///
    /// @param in a [whole][#whole] header, from its first octet on
    static boolean damaged(ByteBuf in) {
        BinaryHeader header = new BinaryHeader(in);
        return header.end <= in.writerIndex() && header.damaged();
    }

    private boolean damaged() {
        boolean local = (in.getByte(start + COMMAND_AT) & 0x0F) == 0;
        int addresses = addresses(in.getByte(start + FAMILY_AT) >> 4 & 0x0F);
        if (local || addresses == 0) {
            return false;
        }
        int at = start + FIXED + addresses;
        // An addition that is cut short is for the reader to refuse.
        while (at + 3 <= end) {
            int length = in.getUnsignedShort(at + 1);
            int value = at + 3;
            if (in.getByte(at) == CHECKSUM && value + length <= end && !fits(value, length)) {
                return true;
            }
            at = value + length;
        }
        return false;
    }

    /// Octets of two of the family; 0: it has none.
    private static int addresses(int family) {
        return switch (family) {
            case 1 -> 12;
            case 2 -> 36;
            case 3 -> MOST_ADDRESSES;
            default -> 0;
        };
    }

    private boolean fits(int value, int length) {
        if (length != ZEROS.length) {
            return false;
        }
        CRC32C sum = new CRC32C();
        sum.update(in.nioBuffer(start, value - start));
        sum.update(ZEROS);
        sum.update(in.nioBuffer(value + length, end - value - length));
        return sum.getValue() == in.getUnsignedInt(value);
    }
}
