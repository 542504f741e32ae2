package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import org.jspecify.annotations.Nullable;

/// Decides whether a container was made from what a role says now.
///
/// A hash carries the version of the rules that made it. A later version keeps the older rules and recomputes a
/// container's hash by the version on its label, so that an upgrade of Dhow recreates nothing.
public final class SpecHash {
    private SpecHash() {}

    /// How a container compares with what is wanted.
    public enum Match {
        /// It was made from this.
        SAME,
        /// It was made from something else.
        DIFFERENT,
        /// Nobody can tell: its secrets were hashed by a key that is gone, or by rules of a later Dhow.
        /// Nothing is
        /// changed because of it.
        UNKNOWN
    }

    /// The hash of a role, by the newest rules.
    ///
    /// @param imageId the content that the image reference was resolved to
    /// @param key needed where the role has secret values
    /// @throws IllegalArgumentException when a key is needed and there is none
    public static String of(RoleSpec role, String imageId, @Nullable HmacKey key) {
        if (key == null && keyed(role)) {
            throw new IllegalArgumentException("role %s has secret values, which need a key".formatted(role.name()));
        }
        return SpecHashV1.PREFIX
                + SpecHashV1.form(role, imageId, key == null ? value -> value : key::of)
                        .sha256();
    }

    /// Whether a role has secret values, which enter its hash under a key.
    static boolean keyed(RoleSpec role) {
        return !role.container().process().secretEnvironment().isEmpty()
                || !role.secrets().isEmpty();
    }

    /// Compares a container with a role.
    ///
    /// @param imageId what the role's image resolves to
    static Match match(ObservedContainer container, RoleSpec role, String imageId, @Nullable HmacKey key) {
        if (!container.imageId().equals(imageId)) {
            // Whatever else nobody can tell: this is another image.
            return Match.DIFFERENT;
        }
        String label = container.owner().spec();
        if (!label.startsWith(SpecHashV1.PREFIX)) {
            return Match.UNKNOWN;
        }
        String keyOfContainer = container.owner().key();
        if (key == null && keyed(role)) {
            return Match.UNKNOWN;
        }
        if (keyOfContainer != null && (key == null || !keyOfContainer.equals(key.id()))) {
            return Match.UNKNOWN;
        }
        return label.equals(of(role, imageId, key)) ? Match.SAME : Match.DIFFERENT;
    }
}
