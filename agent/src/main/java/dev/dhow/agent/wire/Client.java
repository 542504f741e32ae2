package dev.dhow.agent.wire;

/// Who asks, as far as it is believed.
///
/// @param address of the client, without a port
/// @param https whether the client spoke HTTPS, to us or to a peer that is trusted
/// @param forwardedFor what our `X-Forwarded-For` says: the client first, our peer last
/// @param trusted whether the peer is believed in what else it says of the client
public record Client(String address, boolean https, String forwardedFor, boolean trusted) {
    /// A peer of which nothing is believed.
    ///
    /// @param tls whether the connection is TLS, or counts as such
    public static Client ofPeer(String peer, boolean tls) {
        return new Client(peer, tls, peer, false);
    }

    /// Works out the client of a request of a peer that is believed. What it says is read from the right, past the
    /// peers that are trusted: what stands further left was said by somebody else, and says nothing.
    ///
    /// @param peer the address that the connection comes from
    /// @param tls whether the connection is TLS, or counts as such
    public static Client of(String peer, Forwarded said, boolean tls, Networks trustedPeers) {
        String proto = said.proto();
        boolean https = proto == null ? tls : proto.equalsIgnoreCase("https");
        String client = peer;
        StringBuilder believed = new StringBuilder(peer);
        for (String named : said.hops().reversed()) {
            String hop = bare(named);
            byte[] address = Network.address(hop);
            if (address == null) {
                break;
            }
            client = hop;
            believed.insert(0, hop + ", ");
            if (!trustedPeers.have(address)) {
                break;
            }
        }
        return new Client(client, https, believed.toString(), true);
    }

    /// Some write a port behind the address.
    private static String bare(String hop) {
        if (hop.startsWith("[")) {
            int close = hop.indexOf(']');
            return close < 0 ? hop : hop.substring(1, close);
        }
        int colon = hop.indexOf(':');
        return colon > 0 && hop.indexOf(':', colon + 1) < 0 ? hop.substring(0, colon) : hop;
    }
}
