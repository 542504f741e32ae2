package dev.dhow.agent.access;

import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.IpForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A file of addresses and networks, one a line; `#` begins a comment. One without any is no list: it was emptied by
/// mistake, or is being written.
///
/// @param words that stand for networks and may be used in it
public record AddressFile(List<String> words) implements Reading<Networks> {
    /// Copies the list.
    public AddressFile {
        words = List.copyOf(words);
    }

    @Override
    public Networks of(byte[] bytes) throws UnfitFile {
        List<Network> all = new ArrayList<>();
        int number = 0;
        for (String line : Lines.of(bytes)) {
            number++;
            String entry = line.replaceFirst("#.*", "").strip();
            if (!entry.isEmpty()) {
                switch (IpForms.network(entry, words)) {
                    case Read.Good<String>(String text) ->
                        all.addAll(Objects.requireNonNullElse(Network.parse(text), List.of()));
                    case Read.Bad<String>(String message) ->
                        throw new UnfitFile("line %d: %s".formatted(number, message));
                }
            }
        }
        if (all.isEmpty()) {
            throw new UnfitFile("it holds no address; write one a line, such as 10.0.0.0/8");
        }
        return new Networks(all);
    }
}
