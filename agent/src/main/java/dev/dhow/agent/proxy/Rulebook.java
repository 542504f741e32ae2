package dev.dhow.agent.proxy;

import dev.dhow.agent.access.AddressFile;
import dev.dhow.agent.access.Passwords;
import dev.dhow.agent.access.Reading;
import dev.dhow.agent.access.Watched;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.ProxySpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the rules of all routes. A file that a role names is kept as it was read while the role names it, whatever
/// else
/// of a route changes: what was good of it stays in force. Guarded by whoever changes routes.
final class Rulebook {
    private static final List<Integer> WITH_PAGES = List.of(502, 503, 504);

    private final @Nullable Guards guards;
    private final Kept<Networks> lists = new Kept<>(new AddressFile(List.of()));
    private final Kept<Passwords> users = new Kept<>(Passwords::of);
    private final Kept<ErrorPage> pages = new Kept<>(ErrorPage.READING);

    /// A file as a role names it.
    ///
    /// @param key the key that names it
    private record Name(String service, String role, String key, Path file) {}

    /// Files of one kind.
    private final class Kept<T> {
        private final Reading<T> reading;
        private final Map<Name, Watched<T>> open = new HashMap<>();
        private final Set<Name> used = new HashSet<>();

        Kept(Reading<T> reading) {
            this.reading = reading;
        }

        /// Reads one that is new, which blocks; null: nobody watches files.
        @Nullable
        Watched<T> at(Name name) {
            if (guards == null) {
                return null;
            }
            used.add(name);
            return open.computeIfAbsent(
                    name,
                    _ -> guards.files()
                            .open(
                                    "%s: roles.%s.proxy.%s".formatted(name.service(), name.role(), name.key()),
                                    name.file(),
                                    reading,
                                    () -> {}));
        }

        /// Drops those that nobody asked for since the last time.
        void done() {
            Map<Name, Watched<T>> gone = new HashMap<>(open);
            gone.keySet().removeAll(used);
            if (guards != null) {
                guards.files().forget(gone.values());
            }
            open.keySet().retainAll(used);
            used.clear();
        }
    }

    /// @param guards null: whatever asks for a file admits nobody
    Rulebook(@Nullable Guards guards) {
        this.guards = guards;
    }

    /// The rules of a role, whose files are read if they are new, which blocks.
    Rules of(String service, String role, ProxySpec spec, Standing standing) {
        return new Rules(
                addresses(service, role, spec.access()),
                users(service, role, spec.access()),
                pages(service, role, spec.serving().errorPages()),
                spec.serving().sticky() && guards != null ? new Sticky(guards.key(), spec.pathPrefix()) : null,
                standing);
    }

    /// All rules in force were asked for: what belongs to others is dropped.
    void done() {
        lists.done();
        users.done();
        pages.done();
    }

    private Rules.@Nullable Addresses addresses(String service, String role, ProxySpec.Access access) {
        String file = access.allowFromFile();
        if (access.allowFrom().isEmpty() && file == null) {
            return null;
        }
        return new Rules.Addresses(
                Networks.of(access.allowFrom()),
                file == null ? null : lists.at(new Name(service, role, "allow_from", Path.of(file))));
    }

    private Rules.@Nullable Users users(String service, String role, ProxySpec.Access access) {
        String file = access.usersFile();
        return file == null
                ? null
                : new Rules.Users(users.at(new Name(service, role, "basic_auth.users_file", Path.of(file))));
    }

    private Map<Integer, Watched<ErrorPage>> pages(String service, String role, @Nullable String directory) {
        Map<Integer, Watched<ErrorPage>> found = new HashMap<>();
        if (directory != null) {
            for (int status : WITH_PAGES) {
                Path file = Path.of(directory, status + ".html");
                Watched<ErrorPage> page = pages.at(new Name(service, role, "error_pages", file));
                if (page != null) {
                    found.put(status, page);
                }
            }
        }
        return found;
    }
}
