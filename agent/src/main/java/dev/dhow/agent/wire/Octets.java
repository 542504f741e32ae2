package dev.dhow.agent.wire;

/// Classes of octets (RFC 9110 §5.6.2, RFC 9112 §3).
public final class Octets {
    private static final byte TOKEN = 1;
    private static final byte TARGET = 2;
    private static final byte VALUE = 4;
    private static final byte HEX = 8;

    private static final byte[] CLASSES = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            if (letter || digit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                CLASSES[c] |= TOKEN;
            }
            if (c > ' ' && c < 0x7F && c != '#') {
                CLASSES[c] |= TARGET;
            }
            if (c == '\t' || (c >= ' ' && c != 0x7F)) {
                CLASSES[c] |= VALUE;
            }
            if (digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
                CLASSES[c] |= HEX;
            }
        }
    }

    private Octets() {}

    /// What method and field names are made of.
    static boolean token(int octet) {
        return (CLASSES[octet] & TOKEN) != 0;
    }

    /// What may stand in a request target: visible ASCII without `#`, which no client may send.
    static boolean target(int octet) {
        return (CLASSES[octet] & TARGET) != 0;
    }

    /// What may stand in a field value: visible octets, spaces and tabs, and what RFC 9110 calls obs-text.
    ///
    /// @param octet 0 to 255
    public static boolean value(int octet) {
        return (CLASSES[octet] & VALUE) != 0;
    }

    static boolean hex(int octet) {
        return (CLASSES[octet] & HEX) != 0;
    }
}
