package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.SecretSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One entry of `secrets`: a name, or `{name, file}`.
final class SecretForm implements Form<SecretForm.Entry> {
    static final SecretForm SECRET = new SecretForm();

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final Key<String> NAME_KEY = Key.inside(
            "name",
            Forms.text("name", SecretForm::name),
            "Its name in the agent's store: the file `secrets_dir`/SERVICE/NAME.");
    private static final Key<String> FILE = Key.inside(
                    "file",
                    Forms.text("absolute path", FileForm::target),
                    "Where it is mounted in the container, read only and byte for byte.")
            .orWords("an environment variable of its name");
    private static final Section LONG = Section.of(NAME_KEY, FILE)
            .knowing(Map.of(
                    "source", "use \"name\" instead",
                    "target", "use \"file\" instead",
                    "path", "use \"file\" instead"));

    /// @param file null: an environment variable
    record Entry(String name, @Nullable String file) {}

    private SecretForm() {}

    @Override
    public String words() {
        return "name, or map";
    }

    @Override
    public @Nullable Entry bind(Node node, Scope scope) {
        if (!(node instanceof Node.Mapping map)) {
            String name = NAME_KEY.form().bind(node, scope);
            return name == null ? null : entry(name, null, node, scope);
        }
        Values values = LONG.bind(map, scope);
        if (values == null) {
            return null;
        }
        String name = values.get(NAME_KEY);
        if (name == null) {
            if (values.lacks(NAME_KEY)) {
                scope.error(node, "\"name\" is missing: the secret's name in the agent's store");
            }
            return null;
        }
        return values.has(FILE) || values.lacks(FILE) ? entry(name, values.get(FILE), node, scope) : null;
    }

    private static @Nullable Entry entry(String name, @Nullable String file, Node node, Scope scope) {
        if (file == null && !VARIABLE.matcher(name).matches()) {
            scope.error(
                    node,
                    "\"%s\" is no name of an environment variable; rename it, or mount it: {name: %s, file: /run/secrets/%s}"
                            .formatted(name, name, name));
            return null;
        }
        return new Entry(name, file);
    }

    private static Read<String> name(String text) {
        if (text.contains("=")) {
            // Most likely a value, which no message may show.
            return Read.bad("expected a secret's name; its value stands in a file of its own, never here");
        }
        return SecretSpec.validName(text)
                ? Read.good(text)
                : Read.bad("\"%s\" is no name of a secret; names have letters, digits, _, - and .".formatted(text));
    }

    @Override
    public Object write(Entry value) {
        if (value.file() == null) {
            return value.name();
        }
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", value.name());
        written.put("file", value.file());
        return written;
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
