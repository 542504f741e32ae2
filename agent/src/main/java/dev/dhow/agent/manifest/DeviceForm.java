package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.PrivilegeSpec.Device;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One entry of `devices`: `HOST[:CONTAINER[:PERMISSIONS]]`, or a map.
final class DeviceForm implements Form<Device> {
    static final DeviceForm DEVICE = new DeviceForm();

    private static final Form<String> PERMISSIONS_FORM = Forms.text("of r, w and m", DeviceForm::permissions);
    private static final Key<String> SOURCE =
            Key.inside("source", Forms.text("absolute path", DeviceForm::path), "The device on the host.");
    private static final Key<String> TARGET = Key.inside(
                    "target", Forms.text("absolute path", DeviceForm::path), "Its path in the container.")
            .orWords("`source`");
    private static final Key<String> PERMISSIONS = Key.inside(
                    "permissions", PERMISSIONS_FORM, "To read, to write, to make nodes.")
            .or("rwm");
    private static final Section LONG = Section.of(SOURCE, TARGET, PERMISSIONS);

    private DeviceForm() {}

    @Override
    public String words() {
        return "`HOST[:CONTAINER[:PERMISSIONS]]`, or map";
    }

    @Override
    public @Nullable Device bind(Node node, Scope scope) {
        if (node instanceof Node.Mapping map) {
            Values values = LONG.bind(map, scope);
            if (values != null && values.lacks(SOURCE)) {
                scope.error(map, "\"source\" is missing: the device on the host");
            }
            String source = values == null ? null : values.get(SOURCE);
            return values == null || source == null
                    ? null
                    : new Device(source, values.or(TARGET, source), values.or(PERMISSIONS, "rwm"));
        }
        String text = Forms.textOf(node, words(), scope);
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":", -1);
        String host = parts[0];
        // Docker takes HOST:PERMISSIONS too.
        boolean short2 = parts.length == 2 && !parts[1].startsWith("/");
        String container = parts.length > 1 && !short2 ? parts[1] : host;
        String permissions = short2 ? parts[1] : parts.length > 2 ? parts[2] : "rwm";
        if (parts.length > 3) {
            scope.error(node, "expected HOST:CONTAINER:PERMISSIONS, found \"%s\"".formatted(text));
            return null;
        }
        for (Read<String> read : List.of(path(host), path(container), permissions(permissions))) {
            if (read instanceof Read.Bad<String>(String message)) {
                scope.error(node, message);
                return null;
            }
        }
        return new Device(host, container, permissions);
    }

    private static Read<String> path(String text) {
        return text.startsWith("/") && !List.of(text.split("/")).contains("..")
                ? Read.good(text)
                : Read.bad("expected the path of a device such as /dev/dri, found \"%s\"".formatted(text));
    }

    private static Read<String> permissions(String text) {
        return text.matches("[rwm]{1,3}")
                ? Read.good(text)
                : Read.bad("expected permissions of r, w and m, found \"%s\"".formatted(text));
    }

    @Override
    public Object write(Device value) {
        return "%s:%s:%s".formatted(value.host(), value.container(), value.permissions());
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
