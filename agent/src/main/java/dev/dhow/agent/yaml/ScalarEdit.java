package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Node.Mapping;
import dev.dhow.agent.yaml.Node.Scalar;
import dev.dhow.agent.yaml.Node.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Changes scalars in a file at their place; comments, layout and quotes stay.
public final class ScalarEdit {
    private static final Pattern ANCHOR = Pattern.compile("&[^\\s,\\[\\]{}]+[ \\t]+");
    private static final String MARK = "\uFEFF";

    private ScalarEdit() {}

    /// A scalar in the tree of a file.
    ///
    /// @param path such as `roles.web.image`
    public record Target(String path, Scalar scalar) {}

    /// The file with another text in these scalars.
    ///
    /// @param document what `content` was read to
    /// @return empty where one of them is not written in one line as it reads, or where something else
    ///     would change as well, as with an anchor
    public static Optional<byte[]> replace(Document document, byte[] content, List<Target> targets, String with) {
        Node root = document.root();
        if (root == null) {
            return Optional.empty();
        }
        SourceText source = SourceText.of(content);
        StringBuilder text = new StringBuilder(source.text());
        List<Target> lastFirst = targets.stream()
                .sorted(Comparator.<Target>comparingInt(
                                t -> source.offset(t.scalar().place()))
                        .reversed())
                .toList();
        for (Target target : lastFirst) {
            int start = start(source, target.scalar());
            if (start < 0) {
                return Optional.empty();
            }
            text.replace(start, start + target.scalar().text().length(), with);
        }
        String mark = new String(content, StandardCharsets.UTF_8).startsWith(MARK) ? MARK : "";
        byte[] changed = (mark + text).getBytes(StandardCharsets.UTF_8);
        Document after = Document.read(document.problems().file(), changed);
        Set<String> paths = Set.copyOf(targets.stream().map(Target::path).toList());
        return after.root() != null && same(root, after.root(), "", paths, with)
                ? Optional.of(changed)
                : Optional.empty();
    }

    /// Where the scalar's text begins; -1: it is not written as it reads.
    private static int start(SourceText source, Scalar scalar) {
        String text = source.text();
        int at = source.offset(scalar.place());
        Matcher anchor = ANCHOR.matcher(text).region(at, text.length());
        if (anchor.lookingAt()) {
            at = anchor.end();
        }
        if (scalar.plain()) {
            return text.startsWith(scalar.text(), at) ? at : -1;
        }
        char quote = at < text.length() ? text.charAt(at) : ' ';
        boolean quoted = (quote == '"' || quote == '\'') && text.startsWith(scalar.text() + quote, at + 1);
        return quoted ? at + 1 : -1;
    }

    private static boolean same(Node before, Node after, String path, Set<String> changed, String with) {
        if (changed.contains(path)) {
            return after instanceof Scalar scalar && scalar.text().equals(with);
        }
        return switch (before) {
            case Scalar one ->
                after instanceof Scalar other && one.text().equals(other.text()) && one.plain() == other.plain();
            case Sequence one -> {
                boolean same = after instanceof Sequence other
                        && one.items().size() == other.items().size();
                for (int i = 0; same && i < one.items().size(); i++) {
                    same = same(one.items().get(i), ((Sequence) after).items().get(i), path + "[]", changed, with);
                }
                yield same;
            }
            case Mapping one -> {
                boolean same = after instanceof Mapping other
                        && one.entries().size() == other.entries().size();
                for (int i = 0; same && i < one.entries().size(); i++) {
                    Node.Entry mine = one.entries().get(i);
                    Node.Entry theirs = ((Mapping) after).entries().get(i);
                    String inner = path.isEmpty()
                            ? mine.key().text()
                            : path + "." + mine.key().text();
                    same = mine.key().text().equals(theirs.key().text())
                            && same(mine.value(), theirs.value(), inner, changed, with);
                }
                yield same;
            }
        };
    }
}
