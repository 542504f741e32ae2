package dev.dhow.agent.yaml;

import java.util.List;

/// A part of a YAML file with its place. Merge keys and aliases are resolved, keys are texts and occur once.
public sealed interface Node {
    /// Where it starts.
    Place place();

    /// How many nodes it is made of, itself and what aliases repeat included.
    int size();

    /// A scalar, as the text that was written: what it means is decided by the key it belongs to.
    ///
    /// @param plain written without quotes and not as a block
    record Scalar(Place place, String text, boolean plain) implements Node {
        @Override
        public int size() {
            return 1;
        }

        /// Whether it says "nothing": `null` or an empty place.
        public boolean isNull() {
            return plain && (text.isEmpty() || text.equals("null"));
        }
    }

    /// A list.
    record Sequence(Place place, List<Node> items, int size) implements Node {
        /// Copies the list.
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /// A map, in the order of the file.
    record Mapping(Place place, List<Entry> entries, int size) implements Node {
        /// Copies the list.
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /// A key and its value.
    record Entry(Scalar key, Node value) {}

    /// Whether it says "nothing".
    static boolean isNull(Node node) {
        return node instanceof Scalar scalar && scalar.isNull();
    }

    /// What it is, for messages.
    default String kind() {
        return switch (this) {
            case Scalar scalar -> scalar.isNull() ? "nothing" : "\"" + shortened(scalar.text()) + "\"";
            case Sequence _ -> "a list";
            case Mapping _ -> "a map";
        };
    }

    private static String shortened(String text) {
        String line = text.lines().findFirst().orElse("");
        int points = line.codePointCount(0, line.length());
        return points > 60 || line.length() < text.stripTrailing().length()
                ? line.substring(0, line.offsetByCodePoints(0, Math.min(points, 60))) + "…"
                : line;
    }
}
