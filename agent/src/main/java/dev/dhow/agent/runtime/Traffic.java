package dev.dhow.agent.runtime;

import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The proxy, as a rollout needs it: who gets new requests, and since when nobody waits for an answer of a container.
public interface Traffic {
    /// There is no proxy: no role's requests go through us.
    Traffic NONE = new Traffic() {
        @Override
        public boolean present() {
            return false;
        }

        @Override
        public Set<String> routed(String service) {
            return Set.of();
        }

        @Override
        public void see(String service, Sight sight) {
            // Nobody sends requests.
        }

        @Override
        public void forget(String service) {
            // Nothing is known.
        }

        @Override
        public void route(Target target) {
            throw new IllegalStateException("there is no proxy to route by");
        }

        @Override
        public void unroute(String service, String id) {
            throw new IllegalStateException("there is no proxy to route by");
        }

        @Override
        public void drain(String service, String id, Duration most) {
            throw new IllegalStateException("there is no proxy to route by");
        }
    };

    /// Whether there is a proxy at all.
    boolean present();

    /// Tells what a service's requests should find, each time that it was looked at: which roles take requests and
    /// by which words, and how its containers are. A container that is not there any more gets no request; whether
    /// one that is there gets any is said by [#route] alone.
    void see(String service, Sight sight);

    /// The service is gone, and its routes with it.
    void forget(String service);

    /// The ids of the containers that new requests of a service are sent to.
    Set<String> routed(String service);

    /// Sends requests to a container from now on; returns when the next request could go there. One that has them
    /// already is left.
    void route(Target target) throws InterruptedException;

    /// Sends it no request any more; returns when none can start there. Upgraded connections are closed.
    void unroute(String service, String id) throws InterruptedException;

    /// Waits until its requests have ended; what is left at the end of the time is cut.
    void drain(String service, String id, Duration most) throws InterruptedException;

    /// What was seen of a service.
    ///
    /// @param roles those that are proxied
    /// @param containers by id
    record Sight(List<RoleSpec> roles, Map<String, Backend> containers) {
        /// Copies the collections.
        public Sight {
            roles = List.copyOf(roles);
            containers = Map.copyOf(containers);
        }
    }

    /// A container of a proxied role that runs.
    ///
    /// @param address where it is dialled; empty: it has none
    /// @param port its application's
    /// @param ready whether it answers its checks
    /// @param replica which of the role's
    /// @param revision that made it
    record Backend(String role, String name, String address, int port, boolean ready, int replica, String revision) {}

    /// A container that can take requests.
    record Target(String service, RoleSpec role, String id, String name) {}
}
