package dev.dhow.agent.wire;

import org.jspecify.annotations.Nullable;

/// Who asks, as far as it is believed.
///
/// @param address of the client, without a port
/// @param https whether the client spoke HTTPS, to us or to a peer that is trusted
/// @param forwardedFor what our `X-Forwarded-For` says: the client first, our peer last
public record Client(String address, boolean https, String forwardedFor) {
    /// Works out the client of a request. `X-Forwarded-For` is read from the right, past the peers that are trusted:
    /// what stands further left was said by somebody else, and says nothing.
    ///
    /// @param peer the address that the connection comes from
    /// @param trusted whether that peer is believed
    /// @param tls whether the connection is TLS, or counts as such
    /// @param forwardedFor all `X-Forwarded-For` fields of the request, joined by commas; null: none
    /// @param forwardedProto the last `X-Forwarded-Proto`; null: none
    public static Client of(
            String peer,
            boolean trusted,
            boolean tls,
            Networks trustedPeers,
            @Nullable String forwardedFor,
            @Nullable String forwardedProto) {
        if (!trusted) {
            return new Client(peer, tls, peer);
        }
        boolean https = forwardedProto == null ? tls : lastOf(forwardedProto).equalsIgnoreCase("https");
        if (forwardedFor == null) {
            return new Client(peer, https, peer);
        }
        String[] hops = forwardedFor.split(",");
        String client = peer;
        StringBuilder believed = new StringBuilder(peer);
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = bare(hops[i].strip());
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
        return new Client(client, https, believed.toString());
    }

    private static String lastOf(String list) {
        return list.substring(list.lastIndexOf(',') + 1).strip();
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
