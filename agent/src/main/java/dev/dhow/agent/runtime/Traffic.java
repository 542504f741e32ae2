package dev.dhow.agent.runtime;

import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
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

    /// The ids of the containers that new requests of a service are sent to.
    Set<String> routed(String service);

    /// Sends requests to a container from now on; returns when the next request could go there. One that has them
    /// already is left.
    void route(Target target) throws InterruptedException;

    /// Sends it no request any more; returns when none can start there. Upgraded connections are closed.
    void unroute(String service, String id) throws InterruptedException;

    /// Waits until its requests have ended; what is left at the end of the time is cut.
    void drain(String service, String id, Duration most) throws InterruptedException;

    /// A container that can take requests.
    record Target(String service, RoleSpec role, String id, String name) {}
}
