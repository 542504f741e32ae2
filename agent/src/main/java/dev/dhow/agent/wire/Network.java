package dev.dhow.agent.wire;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A network of addresses, such as `10.0.0.0/8` or `2001:db8::/32`.
///
/// @param bits how many leading bits its addresses share
public record Network(byte[] address, int bits) {
    private static final List<String> PRIVATE = List.of(
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "fc00::/7",
            "169.254.0.0/16",
            "fe80::/10");
    private static final Pattern FOUR = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

    /// Copies the address.
    public Network {
        address = address.clone();
    }

    /// Reads an address, an address with a number of bits, or the sets `private` and `loopback`.
    ///
    /// @return null: it is none of them
    public static @Nullable List<Network> parse(String text) {
        return switch (text) {
            case "private" -> PRIVATE.stream().map(Network::one).toList();
            case "loopback" -> LOOPBACK.stream().map(Network::one).toList();
            default -> {
                Network one = one(text);
                yield one == null ? null : List.of(one);
            }
        };
    }

    private static @Nullable Network one(String text) {
        int slash = text.indexOf('/');
        byte[] address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int all = address.length * 8;
        int bits = slash < 0 ? all : number(text.substring(slash + 1));
        return bits < 0 || bits > all ? null : new Network(address, bits);
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    /// The bytes of a literal address; null: it is none. Nothing is looked up.
    public static byte @Nullable [] address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        // Java also takes `10.1` for an address, and names of interfaces behind one.
        boolean one = bare.indexOf(':') >= 0
                ? bare.indexOf('%') < 0
                : FOUR.matcher(bare).matches();
        try {
            return one ? InetAddress.ofLiteral(bare).getAddress() : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// Whether the network has the address; of IPv4 written as IPv6, the IPv4 counts.
    public boolean has(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || ((address[whole] ^ other[whole]) & 0xFF) >> (8 - rest) == 0;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Network other && bits == other.bits && Arrays.equals(address, other.address);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(address) * 31 + bits;
    }
}
