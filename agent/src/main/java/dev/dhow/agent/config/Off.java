package dev.dhow.agent.config;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import org.jspecify.annotations.Nullable;

/// A value that `null` switches off.
///
/// @param value null: off
record Off<T>(@Nullable T value) {
    /// The value's own form, or `null`.
    record OffForm<T>(Form<T> inner) implements Form<Off<T>> {
        @Override
        public String words() {
            return inner.words() + ", or null";
        }

        @Override
        public boolean takesNull() {
            return true;
        }

        @Override
        public @Nullable Off<T> bind(Node node, Scope scope) {
            if (Node.isNull(node)) {
                return new Off<>(null);
            }
            T value = inner.bind(node, scope);
            return value == null ? null : new Off<>(value);
        }

        @Override
        public Object write(Off<T> off) {
            T value = off.value();
            return value == null ? "null" : inner.write(value);
        }
    }
}
