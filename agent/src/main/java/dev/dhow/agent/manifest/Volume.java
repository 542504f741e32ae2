package dev.dhow.agent.manifest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One entry of `volumes` as it was written, before the service's name is put before a volume's.
///
/// @param source an absolute path, a volume's name, or null: a volume without a name
/// @param tmpfsOptions as `mount` takes them
record Volume(
        Type type,
        @Nullable String source,
        String target,
        boolean readOnly,
        boolean external,
        boolean exclusive,
        boolean nocopy,
        boolean createHostPath,
        @Nullable Propagation propagation,
        String tmpfsOptions) {
    enum Type {
        VOLUME,
        BIND,
        TMPFS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Propagation {
        PRIVATE,
        RPRIVATE,
        SHARED,
        RSHARED,
        SLAVE,
        RSLAVE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static @Nullable Propagation of(String word) {
            for (Propagation propagation : values()) {
                if (propagation.word().equals(word)) {
                    return propagation;
                }
            }
            return null;
        }
    }

    static Volume of(Type type, @Nullable String source, String target) {
        return new Volume(type, source, target, false, false, false, false, true, null, "");
    }

    Volume readOnly(boolean only) {
        return new Volume(
                type, source, target, only, external, exclusive, nocopy, createHostPath, propagation, tmpfsOptions);
    }

    Volume shared(boolean isExternal, boolean isExclusive) {
        return new Volume(
                type,
                source,
                target,
                readOnly,
                isExternal,
                isExclusive,
                nocopy,
                createHostPath,
                propagation,
                tmpfsOptions);
    }

    Volume bind(boolean create, @Nullable Propagation passedOn) {
        return new Volume(type, source, target, readOnly, external, exclusive, nocopy, create, passedOn, tmpfsOptions);
    }

    Volume nocopy(boolean empty) {
        return new Volume(
                type, source, target, readOnly, external, exclusive, empty, createHostPath, propagation, tmpfsOptions);
    }

    Volume tmpfs(String options) {
        return new Volume(
                type, source, target, readOnly, external, exclusive, nocopy, createHostPath, propagation, options);
    }
}
