package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry of `env_file`: a path, or `{path, required}`.
final class EnvFileForm implements Form<EnvFileForm.EnvFile> {
    static final EnvFileForm ENV_FILE = new EnvFileForm();

    private static final Key<String> PATH =
            Key.inside("path", Forms.TEXT, "The file, absolute or relative to the service file.");
    private static final Key<Boolean> REQUIRED = Key.inside(
                    "required", Forms.BOOL, "Whether it is an error when the file is not there.")
            .or(true);
    private static final Section LONG = Section.of(PATH, REQUIRED)
            .knowing(Map.of(
                    "format", "leave it out: $ is literal in every env_file, and quotes around a value are taken off"));

    /// @param path absolute
    record EnvFile(Path path, boolean required) {}

    private EnvFileForm() {}

    @Override
    public String words() {
        return "path, or map";
    }

    @Override
    public @Nullable EnvFile bind(Node node, Scope scope) {
        if (!(node instanceof Node.Mapping map)) {
            String path = Forms.textOf(node, "a path", scope);
            return path == null ? null : file(path, true, node, scope);
        }
        Values values = LONG.bind(map, scope);
        if (values == null) {
            return null;
        }
        String path = values.get(PATH);
        if (path == null) {
            if (values.lacks(PATH)) {
                scope.error(node, "\"path\" is missing");
            }
            return null;
        }
        return file(path, values.or(REQUIRED, true), node, scope);
    }

    private static @Nullable EnvFile file(String path, boolean required, Node node, Scope scope) {
        try {
            return new EnvFile(scope.directory().resolve(path).normalize(), required);
        } catch (InvalidPathException invalid) {
            scope.error(node, "not a path (%s)".formatted(invalid.getReason()));
            return null;
        }
    }

    @Override
    public Object write(EnvFile value) {
        if (value.required()) {
            return value.path().toString();
        }
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("path", value.path().toString());
        written.put("required", false);
        return written;
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
