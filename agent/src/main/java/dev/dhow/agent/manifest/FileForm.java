package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.FileSpec;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry of `files`: `{target, content | source, mode}`.
final class FileForm implements Form<FileForm.Entry> {
    static final FileForm FILE = new FileForm();

    private static final Key<String> TARGET =
            Key.inside("target", Forms.text("absolute path", FileForm::target), "The path in the container.");
    private static final Key<String> CONTENT = Key.inside("content", Forms.TEXT, "What is in it.");
    private static final Key<String> SOURCE = Key.inside(
            "source",
            Forms.TEXT,
            "Instead of `content`: a file of this host, absolute or relative to the service file.");
    private static final Key<Integer> MODE = Key.inside(
                    "mode", Forms.scalar("octal digits", FileForm::mode, FileForm::modeText), "Its permissions.")
            .or("0444");
    private static final Section SECTION = Section.of(TARGET, CONTENT, SOURCE, MODE)
            .knowing(Map.of(
                    "path", "use \"target\" instead",
                    "file", "use \"source\" instead",
                    "uid", "leave it out: the file belongs to the agent's user, give it a mode that others can read",
                    "gid", "leave it out: the file belongs to the agent's user, give it a mode that others can read"));

    /// @param source absolute; null: `content` says it
    record Entry(
            String target,
            @Nullable String content,
            @Nullable Path source,
            int mode) {}

    private FileForm() {}

    @Override
    public String words() {
        return "map";
    }

    @Override
    public @Nullable Entry bind(Node node, Scope scope) {
        Values values = SECTION.bind(node, scope);
        if (values == null) {
            return null;
        }
        String target = values.get(TARGET);
        String content = values.get(CONTENT);
        String source = values.get(SOURCE);
        if (values.lacks(TARGET)) {
            scope.error(node, "\"target\" is missing: the path in the container");
        }
        if (values.lacks(CONTENT) && values.lacks(SOURCE)) {
            scope.error(node, "write \"content\", or \"source\" with a file of this host");
        }
        if (values.has(CONTENT) && values.has(SOURCE)) {
            scope.error(node, "content and source exclude each other; keep one");
            return null;
        }
        if (target == null || (content == null && source == null)) {
            return null;
        }
        try {
            Path path =
                    source == null ? null : scope.directory().resolve(source).normalize();
            return new Entry(target, content, path, values.or(MODE, FileSpec.DEFAULT_MODE));
        } catch (InvalidPathException invalid) {
            scope.error(node, "not a path (%s)".formatted(invalid.getReason()));
            return null;
        }
    }

    /// A file's place in a container.
    static Read<String> target(String text) {
        if (!text.startsWith("/")) {
            return Read.bad("expected a path that starts with /, found \"%s\"".formatted(text));
        }
        boolean plain = text.length() > 1
                && !text.endsWith("/")
                && !text.contains("//")
                && !List.of(text.split("/")).contains("..")
                && !List.of(text.split("/")).contains(".")
                && text.chars().noneMatch(c -> c < ' ');
        return plain
                ? Read.good(text)
                : Read.bad("expected the whole path of a file, without . and .., found \"%s\"".formatted(text));
    }

    private static Read<Integer> mode(String text) {
        return text.matches("0?[0-7]{3}")
                ? Read.good(Integer.parseInt(text, 8))
                : Read.bad("expected three or four octal digits such as \"0444\", found \"%s\"".formatted(text));
    }

    private static Object modeText(int mode) {
        return "0%03o".formatted(mode);
    }

    @Override
    public Object write(Entry value) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("target", value.target());
        if (value.source() != null) {
            written.put("source", value.source().toString());
        } else {
            written.put("content", value.content() == null ? "" : value.content());
        }
        written.put("mode", modeText(value.mode()));
        return written;
    }

    @Override
    public List<Key<?>> keys() {
        return SECTION.keys();
    }
}
