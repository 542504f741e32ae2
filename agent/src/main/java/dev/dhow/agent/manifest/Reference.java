package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Key;
import java.util.List;

/// The reference of all keys, from the descriptors that also read them.
public final class Reference {
    private Reference() {}

    /// Tables in Markdown: keys of the root, keys of a role, and for each map with known keys what stands
    /// inside.
    public static String markdown() {
        StringBuilder text = new StringBuilder();
        table(text, "Keys of the root only", "", RootKeys.ROOT_ONLY);
        table(text, "Keys of a role, or of the root as the default of all roles", "", RoleKeys.ALL);
        RoleKeys.ALL.forEach(key -> inside(text, key.name(), key));
        return text.toString();
    }

    private static void inside(StringBuilder text, String path, Key<?> key) {
        if (key.support() != Key.Support.UNSUPPORTED && !key.form().keys().isEmpty()) {
            table(text, "Inside of `%s`".formatted(path), path + ".", key.form().keys());
            key.form().keys().forEach(inner -> inside(text, path + "." + inner.name(), inner));
        }
    }

    private static void table(StringBuilder text, String title, String prefix, List<Key<?>> keys) {
        text.append("### ").append(title).append("\n\n| key | value | default | meaning |\n|---|---|---|---|\n");
        for (Key<?> key : keys) {
            String note = switch (key.support()) {
                case IN_EFFECT -> "";
                case LATER -> " *Checked now, has an effect in a later version.*";
                case UNSUPPORTED -> " *Not supported yet.*";
            };
            text.append("| `%s%s` | %s | %s | %s%s |%n"
                    .formatted(
                            prefix,
                            key.name(),
                            cell(key.form().words()),
                            cell(key.fallbackWords()),
                            cell(key.doc()),
                            note));
        }
        text.append('\n');
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
