package dev.dhow.agent.yaml;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys of one map that were written, each with its value and place.
public final class Values {
    private final Place place;
    private final Map<String, Bound<?>> bound;
    /// Keys that were written in a way that could not be read.
    private final Set<String> unread;

    /// One key that was written.
    ///
    /// @param keyPlace where the key stands
    /// @param node the value as it was written
    /// @param path such as `roles.web.image`
    public record Bound<T>(Key<T> key, T value, Place keyPlace, Node node, String path) {
        /// The place of the value.
        public Place place() {
            return node.place();
        }

        private Object written() {
            return key.form().write(value);
        }

        private Bound<T> over(Bound<?> base) {
            // Both are of this key, by the name they are stored under.
            @SuppressWarnings("unchecked")
            T under = (T) base.value();
            boolean bothMaps = node instanceof Node.Mapping && base.node() instanceof Node.Mapping;
            return new Bound<>(key, key.form().merge(under, value, bothMaps), keyPlace, node, path);
        }
    }

    Values(Place place, Map<String, Bound<?>> bound, Set<String> unread) {
        this.place = place;
        this.bound = new LinkedHashMap<>(bound);
        this.unread = Set.copyOf(unread);
    }

    /// Nothing written.
    public static Values empty(Place place) {
        return new Values(place, Map.of(), Set.of());
    }

    /// One key, where a short form stands for a map with only this.
    public static Values of(Place place, Bound<?> only) {
        return new Values(place, Map.of(only.key().name(), only), Set.of());
    }

    /// Where the map starts.
    public Place place() {
        return place;
    }

    /// All keys that were written, in the order of the file.
    public Collection<Bound<?>> all() {
        return bound.values();
    }

    /// A key's value; null: it was not written, or not so that it could be read.
    public <T> @Nullable T get(Key<T> key) {
        Bound<T> found = bound(key);
        return found == null ? null : found.value();
    }

    /// A key's value, or what holds where it was not written.
    public <T> T or(Key<T> key, T otherwise) {
        Bound<T> found = bound(key);
        return found == null ? otherwise : found.value();
    }

    /// A key with its places; null: it was not written.
    public <T> @Nullable Bound<T> bound(Key<T> key) {
        @SuppressWarnings("unchecked") // Stored by Section under the name of a key with this form.
        Bound<T> found = (Bound<T>) bound.get(key.name());
        return found;
    }

    /// Whether a key was written.
    public boolean has(Key<?> key) {
        return bound.containsKey(key.name());
    }

    /// Whether a key was written neither so nor in a way that could not be read, which was told.
    public boolean lacks(Key<?> key) {
        return !bound.containsKey(key.name()) && !unread.contains(key.name());
    }

    /// A key's value as [Form#write] gives it; null: it was not written.
    public @Nullable Object written(Key<?> key) {
        Bound<?> found = bound.get(key.name());
        return found == null ? null : found.written();
    }

    /// These over the root's: a key in both is merged by its form.
    public Values over(Values base) {
        Map<String, Bound<?>> merged = new LinkedHashMap<>(base.bound);
        bound.forEach((name, own) -> merged.merge(name, own, (under, over) -> over.over(under)));
        Set<String> bad = new HashSet<>(base.unread);
        bad.addAll(unread);
        return new Values(place, merged, bad);
    }

    /// These without some keys.
    public Values without(Collection<? extends Key<?>> keys) {
        Map<String, Bound<?>> rest = new LinkedHashMap<>(bound);
        keys.forEach(key -> rest.remove(key.name()));
        return new Values(place, rest, unread);
    }
}
