package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Node.Entry;
import dev.dhow.agent.yaml.Node.Mapping;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A map with known keys. Every unknown key is told with the nearest known one, or with our word for it.
///
/// @param words for the reference
/// @param keys in the order in which they are written
/// @param foreign words of other tools → what to do instead
/// @param extensions whether keys `x-…` are passed over
public record Section(String words, List<Key<?>> keys, Map<String, String> foreign, boolean extensions)
        implements Form<Values> {
    /// With so few keys, the message lists them all.
    private static final int FEW = 16;

    /// Copies the collections.
    public Section {
        keys = List.copyOf(keys);
        foreign = Map.copyOf(foreign);
    }

    /// A map with these keys.
    public static Section of(Key<?>... keys) {
        return new Section("map", List.of(keys), Map.of(), false);
    }

    /// The same with words of other tools.
    public Section knowing(Map<String, String> words) {
        return new Section(words(), keys, words, extensions);
    }

    @Override
    public @Nullable Values bind(Node node, Scope scope) {
        if (Node.isNull(node)) {
            return Values.empty(node.place());
        }
        if (!(node instanceof Mapping map)) {
            scope.error(node, "expected a map, found " + node.kind());
            return null;
        }
        Map<String, Values.Bound<?>> bound = new LinkedHashMap<>();
        Set<String> unread = new HashSet<>();
        for (Entry entry : map.entries()) {
            Key<?> key = key(entry.key().text());
            if (key == null) {
                String meant = unknown(entry, scope);
                if (meant != null) {
                    // It is most likely written, so it is not told as missing too.
                    unread.add(meant);
                }
            } else if (key.support() == Key.Support.UNSUPPORTED) {
                told(entry, scope, "not supported yet");
            } else if (key.form().takesNull() || !Node.isNull(entry.value())) {
                Values.Bound<?> value = bindOne(key, entry, scope.at(key.name()));
                if (value == null) {
                    unread.add(key.name());
                } else {
                    bound.put(key.name(), value);
                }
            }
        }
        return new Values(map.place(), bound, unread);
    }

    private static <T> Values.@Nullable Bound<T> bindOne(Key<T> key, Entry entry, Scope scope) {
        T value = key.form().bind(entry.value(), scope);
        return value == null ? null : new Values.Bound<>(key, value, entry.key().place(), entry.value(), scope.path());
    }

    /// @return the key that was probably meant; null: nobody can tell
    private @Nullable String unknown(Entry entry, Scope scope) {
        String name = entry.key().text();
        if (extensions && name.startsWith("x-")) {
            return null;
        }
        String instead = foreign.get(name);
        String near =
                instead == null ? Nearest.of(name, keys.stream().map(Key::name).toList()) : null;
        if (instead != null) {
            told(entry, scope, instead.startsWith("only ") ? instead : "unknown key; " + instead);
        } else if (near != null) {
            told(entry, scope, "unknown key; did you mean \"%s\"?".formatted(near));
        } else if (keys.size() <= FEW) {
            told(
                    entry,
                    scope,
                    "unknown key; allowed: "
                            + String.join(", ", keys.stream().map(Key::name).toList()));
        } else {
            told(entry, scope, "unknown key; the reference lists all keys");
        }
        return near == null && instead != null && instead.endsWith(" instead")
                ? instead.replaceAll("^use \"(\\w+)\" instead$", "$1")
                : near;
    }

    private static void told(Entry entry, Scope scope, String message) {
        scope.at(entry.key().text()).error(entry.key(), message);
    }

    private @Nullable Key<?> key(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst().orElse(null);
    }

    @Override
    public Object write(Values values) {
        Map<String, Object> written = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            Object value = values.written(key);
            if (value != null) {
                written.put(key.name(), value);
            }
        }
        return written;
    }

    @Override
    public Values merge(Values base, Values own, boolean bothMaps) {
        return own.over(base);
    }
}
