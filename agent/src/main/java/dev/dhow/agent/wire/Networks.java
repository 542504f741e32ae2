package dev.dhow.agent.wire;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Some networks.
public record Networks(List<Network> all) {
    /// None.
    public static final Networks NONE = new Networks(List.of());

    /// One that nobody comes from: a list that was asked for and has no entry, where none at all would mean everybody.
    public static final Networks NOBODY = new Networks(List.of(new Network(new byte[4], 32)));

    /// Copies the list.
    public Networks {
        all = List.copyOf(all);
    }

    /// What a list of addresses, networks and named sets means. It was checked when it was read: what means nothing is
    /// none.
    public static Networks of(List<String> entries) {
        return new Networks(entries.stream()
                .flatMap(entry -> Objects.requireNonNullElse(Network.parse(entry), List.<Network>of()).stream())
                .toList());
    }

    /// Whether one of them has the address.
    ///
    /// @param address 4 or 16 bytes; null: none is known
    public boolean have(byte @Nullable [] address) {
        if (address == null) {
            return false;
        }
        for (Network network : all) {
            if (network.has(address)) {
                return true;
            }
        }
        return false;
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return all.isEmpty();
    }
}
