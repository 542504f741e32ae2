package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Node.Scalar;
import dev.dhow.agent.yaml.Node.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/// Builds the tree from SnakeYAML's events, one by one with a stack of its own, so that depth, count and aliases are
/// checked before anything grows: the parser itself keeps no recursion over the text.
final class TreeBuilder {
    static final int MAX_DEPTH = 32;
    static final int MAX_NODES = 100_000;
    static final int MAX_ALIASES = 50;

    private final SourceText text;
    private final Problems problems;
    private final Deque<OpenNode> open = new ArrayDeque<>();
    private final Map<String, Optional<Node>> anchors = new HashMap<>();
    private int nodes;
    private int aliases;
    private int documents;
    private @Nullable Node root;

    TreeBuilder(SourceText text, Problems problems) {
        this.text = text;
        this.problems = problems;
    }

    /// The tree; null where it cannot be had, which is told.
    @Nullable
    Node build() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Document.MAX_BYTES + 1);
        options.setProcessComments(false);
        try {
            ParserImpl parser = new ParserImpl(new StreamReader(text.text()), options);
            while (true) {
                Event event = parser.getEvent();
                if (event instanceof StreamEndEvent) {
                    break;
                }
                if (!take(event)) {
                    return null;
                }
            }
        } catch (MarkedYAMLException failure) {
            problems.error(at(failure), "", ParserWords.of(failure));
            return null;
        } catch (YAMLException failure) {
            problems.ofFile("not valid YAML (" + failure.getMessage() + ")");
            return null;
        }
        return root;
    }

    /// @return false when reading must end here, which is told
    private boolean take(Event event) {
        if (event instanceof NodeEvent node) {
            return takeNode(node);
        }
        if (event instanceof DocumentStartEvent && documents++ > 0) {
            problems.error(place(event), "", "a second document; one document per file");
            return false;
        }
        if (event instanceof MappingEndEvent || event instanceof SequenceEndEvent) {
            return put(open.pop().close(problems));
        }
        return true;
    }

    private boolean takeNode(NodeEvent event) {
        if (event instanceof AliasEvent alias) {
            return takeAlias(alias);
        }
        if (!counted(1, place(event))) {
            return false;
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), scalar);
            boolean plain = scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
            Scalar node = new Scalar(place(scalar), scalar.getValue(), plain);
            remember(scalar.getAnchor(), node);
            return put(node);
        }
        CollectionStartEvent start = (CollectionStartEvent) event;
        refuseTag(start.getTag(), start);
        if (open.size() >= MAX_DEPTH) {
            problems.error(place(start), "", "nested deeper than %d levels".formatted(MAX_DEPTH));
            return false;
        }
        if (start.getAnchor() != null) {
            // Empty until it is closed: an alias to what it stands in would never end.
            anchors.put(start.getAnchor(), Optional.empty());
        }
        open.push(new OpenNode(place(start), start instanceof MappingStartEvent, start.getAnchor()));
        return true;
    }

    private boolean takeAlias(AliasEvent alias) {
        Place place = place(alias);
        if (++aliases > MAX_ALIASES) {
            problems.error(place, "", "more than %d aliases (*name) in one file".formatted(MAX_ALIASES));
            return false;
        }
        Optional<Node> target = anchors.get(alias.getAnchor());
        if (target == null) {
            problems.error(place, "", "no anchor &%s before this alias".formatted(alias.getAnchor()));
            return false;
        }
        if (target.isEmpty()) {
            problems.error(
                    place, "", "*%s stands inside of &%s itself".formatted(alias.getAnchor(), alias.getAnchor()));
            return false;
        }
        return counted(target.get().size(), place) && put(target.get());
    }

    private boolean counted(int more, Place place) {
        nodes += more;
        if (nodes > MAX_NODES) {
            problems.error(place, "", "more than %,d values in one file, aliases counted out".formatted(MAX_NODES));
            return false;
        }
        return true;
    }

    private boolean put(Node node) {
        OpenNode parent = open.peek();
        if (parent == null) {
            root = node;
        } else {
            parent.add(node, problems);
        }
        return true;
    }

    private void remember(@Nullable String anchor, Node node) {
        if (anchor != null) {
            anchors.put(anchor, Optional.of(node));
        }
    }

    private void refuseTag(@Nullable String tag, Event event) {
        if (tag != null) {
            String written = tag.startsWith("tag:yaml.org,2002:") ? "!!" + tag.substring(18) : tag;
            problems.error(
                    place(event), "", "the tag %s is not allowed; types follow from the keys".formatted(written));
        }
    }

    private Place at(MarkedYAMLException failure) {
        Mark mark = ParserWords.mark(failure);
        return mark == null ? text.end() : text.place(mark.getIndex());
    }

    private Place place(Event event) {
        return text.place(event.getStartMark().getIndex());
    }

    /// A list or map whose end is not read yet.
    private final class OpenNode {
        private final Place place;
        private final boolean map;
        private final @Nullable String anchor;
        private final List<Node> children = new ArrayList<>();
        private int size = 1;

        OpenNode(Place place, boolean map, @Nullable String anchor) {
            this.place = place;
            this.map = map;
            this.anchor = anchor;
        }

        void add(Node child, Problems to) {
            if (map && children.size() % 2 == 0 && !(child instanceof Scalar)) {
                to.error(child.place(), "", "a key must be a text; quote a template: \"{{ … }}\"");
            }
            children.add(child);
            size += child.size();
        }

        Node close(Problems to) {
            Node node = map ? MapMerger.mapping(place, children, size, to) : new Sequence(place, children, size);
            if (anchor != null) {
                anchors.put(anchor, Optional.of(node));
            }
            return node;
        }
    }
}
