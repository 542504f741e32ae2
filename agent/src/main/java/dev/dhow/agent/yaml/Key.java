package dev.dhow.agent.yaml;

import org.jspecify.annotations.Nullable;

/// The descriptor of one key: everything that reading, rendering, messages and the reference need to know of it.
///
/// @param doc one line for the reference
/// @param fallback what holds where it is not written, as [Form#write] would give it; null: nothing, or it depends
/// @param fallbackWords the same for the reference; empty: nothing
public record Key<T>(
        String name,
        Form<T> form,
        Where where,
        Support support,
        String doc,
        @Nullable Object fallback,
        String fallbackWords) {
    /// Where a key may stand.
    public enum Where {
        /// At the root of the file only.
        ROOT,
        /// In a role, and at the root as the default of all roles.
        ROOT_AND_ROLE,
        /// Inside of another key's map.
        INSIDE
    }

    /// How far a key works.
    public enum Support {
        /// It does what it says.
        IN_EFFECT,
        /// It is read and checked; a later version gives it its effect.
        LATER,
        /// It is refused at its line.
        UNSUPPORTED
    }

    /// A key of a role, which may also stand at the root.
    public static <T> Key<T> role(String name, Form<T> form, String doc) {
        return new Key<>(name, form, Where.ROOT_AND_ROLE, Support.IN_EFFECT, doc, null, "");
    }

    /// A key of the file's root only.
    public static <T> Key<T> root(String name, Form<T> form, String doc) {
        return new Key<>(name, form, Where.ROOT, Support.IN_EFFECT, doc, null, "");
    }

    /// A key inside of another key's map.
    public static <T> Key<T> inside(String name, Form<T> form, String doc) {
        return new Key<>(name, form, Where.INSIDE, Support.IN_EFFECT, doc, null, "");
    }

    /// The same key with its default, which the reference shows as it is written.
    public Key<T> or(Object value) {
        return new Key<>(name, form, where, support, doc, value, "`" + YamlWriter.inline(value) + "`");
    }

    /// The same key with a default that depends on other things.
    public Key<T> orWords(String words) {
        return new Key<>(name, form, where, support, doc, null, words);
    }

    /// The same key, read and checked but without effect in this version.
    public Key<T> later() {
        return new Key<>(name, form, where, Support.LATER, doc, fallback, fallbackWords);
    }

    /// The same key, refused in this version.
    public Key<T> unsupported() {
        return new Key<>(name, form, where, Support.UNSUPPORTED, doc, fallback, fallbackWords);
    }
}
