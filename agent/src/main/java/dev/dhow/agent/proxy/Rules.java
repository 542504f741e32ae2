package dev.dhow.agent.proxy;

import dev.dhow.agent.access.Passwords;
import dev.dhow.agent.access.Watched;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a route asks of a request beside its host and path, and how it answers itself, as its files say it now.
///
/// @param addresses who may ask; null: everybody
/// @param users who may log in; null: nobody has to
/// @param pages by status
/// @param sticky null: any replica is as good
/// @param standing of the service
record Rules(
        @Nullable Addresses addresses,
        @Nullable Users users,
        Map<Integer, Watched<ErrorPage>> pages,
        @Nullable Sticky sticky,
        Standing standing) {
    /// Copies the map.
    Rules {
        pages = Map.copyOf(pages);
    }

    /// Those of a route that asks for nothing.
    static Rules none() {
        return new Rules(null, null, Map.of(), null, new Standing());
    }

    /// A list, and what a file adds to it: nothing while no good one was read.
    record Addresses(Networks listed, @Nullable Watched<Networks> file) {
        boolean have(byte @Nullable [] address) {
            Networks more = file == null ? null : file.now();
            return listed.have(address) || (more != null && more.have(address));
        }
    }

    /// The users of a file; none while no good one was read.
    ///
    /// @param file null: it cannot be read at all
    record Users(@Nullable Watched<Passwords> file) {
        @Nullable
        Passwords now() {
            return file == null ? null : file.now();
        }
    }

    /// Whether a client may ask.
    ///
    /// @param address its, as far as it is believed
    boolean admit(String address) {
        return addresses == null || addresses.have(Network.address(address));
    }

    /// The page for that status; null: a line of text does.
    @Nullable
    ErrorPage page(int status) {
        Watched<ErrorPage> watched = pages.get(status);
        ErrorPage page = watched == null ? null : watched.now();
        return page == null || page.html().isEmpty() ? null : page;
    }
}
