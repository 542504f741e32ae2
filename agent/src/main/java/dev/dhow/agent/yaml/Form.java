package dev.dhow.agent.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a value may look like: how it is read, written and merged, and how the reference calls it.
///
/// @param <T> what it becomes
public interface Form<T> {
    /// The reference's words, such as `duration`.
    String words();

    /// Reads a value.
    ///
    /// @return null where it cannot be read, which is told
    @Nullable
    T bind(Node node, Scope scope);

    /// The value as texts, numbers, booleans, lists and maps, which read again give the same value.
    Object write(T value);

    /// A role's value over the root's: the role's replaces, unless the form says otherwise.
    ///
    /// @param bothMaps both were written as maps
    default T merge(T base, T own, boolean bothMaps) {
        return own;
    }

    /// Whether `null` is a value of its own; else it is the same as leaving the key out.
    default boolean takesNull() {
        return false;
    }

    /// The keys inside, where it is a map with known keys.
    default List<Key<?>> keys() {
        return List.of();
    }
}
