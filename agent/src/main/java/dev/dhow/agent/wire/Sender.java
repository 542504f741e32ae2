package dev.dhow.agent.wire;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Whom a connection comes from, as far as its first octets tell.
///
/// @param peer the address at the other end of the connection
/// @param address the client's by the PROXY header; the peer's own where there is none, or it names nobody
/// @param header what became of the PROXY header
public record Sender(String peer, String address, Header header) {
    private static final AttributeKey<Sender> KEY = AttributeKey.valueOf(Sender.class, "sender");

    /// What became of the PROXY header of a connection.
    public enum Header {
        /// None came, and none was due.
        NONE("none"),
        /// One was due, and none came.
        MISSING("missing"),
        /// Text, naming the client.
        V1("v1"),
        /// Text, naming nobody.
        V1_UNKNOWN("v1, naming nobody"),
        /// Binary, naming the client.
        V2("v2"),
        /// Binary, naming nobody: the sender speaks for itself, as in health checks.
        V2_LOCAL("v2, naming nobody"),
        /// From a peer that may send none.
        UNTRUSTED("untrusted"),
        /// It cannot be read.
        BROKEN("broken");

        private final String word;

        Header(String word) {
            this.word = word;
        }

        /// For people.
        public String word() {
            return word;
        }
    }

    /// Of a connection on which a request came.
    public static Sender of(Channel channel) {
        Sender known = channel.attr(KEY).get();
        return known == null ? plain(channel) : known;
    }

    /// Of a connection whose first octets are not known yet.
    static Sender plain(Channel channel) {
        String peer = text(channel.remoteAddress() instanceof InetSocketAddress inet ? inet : null);
        return new Sender(peer, peer, Header.NONE);
    }

    private static String text(@Nullable InetSocketAddress address) {
        return address == null || address.getAddress() == null
                ? ""
                : address.getAddress().getHostAddress();
    }

    Sender with(Header other) {
        return new Sender(peer, address, other);
    }

    void keep(Channel channel) {
        channel.attr(KEY).set(this);
    }
}
