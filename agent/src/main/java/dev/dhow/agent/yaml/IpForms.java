package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Forms.Read;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Forms of literal IP addresses and networks. No resolver is ever asked.
public final class IpForms {
    /// An IPv4 or IPv6 address.
    public static final Form<String> ADDRESS = Forms.text("IP address", text -> {
        String address = address(text);
        return address == null ? Read.bad("\"%s\" is no IP address".formatted(text)) : Read.good(address);
    });

    private static final Pattern V4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

    private IpForms() {}

    /// `ADDRESS`, `ADDRESS/BITS`, one of some words that stand for networks, or the absolute path of a file with such
    /// lines.
    public static Form<String> networkOrFile(List<String> names) {
        String words = Stream.concat(Stream.of("ADDRESS", "ADDRESS/BITS", "/FILE"), names.stream())
                .map("`%s`"::formatted)
                .collect(Collectors.joining(", "));
        return Forms.text(words, text -> networkOrFile(text, names));
    }

    /// An address in its one short spelling; null: it is none.
    public static @Nullable String address(String text) {
        InetAddress address = literal(text);
        return address == null ? null : shortest(address);
    }

    /// An address as text, in its one short spelling.
    public static String shortest(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? text.replaceFirst("(^|:)0(:0)+(:|$)", "::") : text;
    }

    private static Read<String> networkOrFile(String text, List<String> names) {
        return text.startsWith("/") ? Forms.absolute(text) : network(text, names, " or the absolute path of a file");
    }

    /// `ADDRESS`, `ADDRESS/BITS`, or one of some words that stand for networks.
    public static Read<String> network(String text, List<String> names) {
        return network(text, names, "");
    }

    private static Read<String> network(String text, List<String> names, String orElse) {
        if (names.contains(text)) {
            return Read.good(text);
        }
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            String words = names.stream().map(", %s"::formatted).collect(Collectors.joining());
            return Read.bad("expected an IP address, a network such as 10.0.0.0/8%s%s, found \"%s\""
                    .formatted(words, orElse, text));
        }
        return slash < 0 ? Read.good(shortest(address)) : bits(address, text.substring(slash + 1), text);
    }

    private static Read<String> bits(InetAddress address, String bits, String text) {
        int most = address.getAddress().length * 8;
        if (!BITS.matcher(bits).matches() || Integer.parseInt(bits) > most) {
            return Read.bad("expected the number of bits, from 0 to %d, after the / of \"%s\"".formatted(most, text));
        }
        int count = Integer.parseInt(bits);
        InetAddress start = cut(address, most - count);
        // Which of the two was meant decides who gets in, so nobody guesses.
        return start.equals(address)
                ? Read.good(shortest(address) + "/" + count)
                : Read.bad("\"%s\" is an address within a network; write %s/%d for the network, or %s for the address"
                        .formatted(text, shortest(start), count, shortest(address)));
    }

    /// The address with its last bits 0.
    private static InetAddress cut(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        byte[] high = new BigInteger(1, bytes).shiftRight(bits).shiftLeft(bits).toByteArray();
        byte[] start = new byte[bytes.length];
        int used = Math.min(high.length, start.length);
        System.arraycopy(high, high.length - used, start, start.length - used, used);
        try {
            return InetAddress.getByAddress(start);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private static @Nullable InetAddress literal(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }
}
