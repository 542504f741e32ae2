package dev.dhow.agent.config;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.IpForms;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address to listen on, as text: an IP address and a port, without asking a resolver.
final class Listen {
    /// `null` switches the listener off.
    static final Form<Off<InetSocketAddress>> OR_OFF =
            new Off.OffForm<>(Forms.scalar("ADDRESS:PORT", Listen::read, Listen::text));

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)\\]|([0-9]{1,3}(?:\\.[0-9]{1,3}){3})|(localhost)):([0-9]{1,5})");

    private Listen() {}

    private static Read<InetSocketAddress> read(String text) {
        InetSocketAddress address = parse(text);
        return address == null
                ? Read.bad("expected ADDRESS:PORT such as 127.0.0.1:7460 or [::1]:7460, found \"%s\"".formatted(text))
                : Read.good(address);
    }

    /// @return null: not an address and a port
    static @Nullable InetSocketAddress parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(4)) > 65_535) {
            return null;
        }
        String ip = parts.group(1) != null ? parts.group(1) : parts.group(2) != null ? parts.group(2) : "127.0.0.1";
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(ip), Integer.parseInt(parts.group(4)));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    static String text(InetSocketAddress address) {
        String ip = IpForms.shortest(address.getAddress());
        return (address.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }
}
