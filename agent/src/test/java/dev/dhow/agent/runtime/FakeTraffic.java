package dev.dhow.agent.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/// A proxy in memory: who gets requests, and what was asked of it in which order. Nobody sends any, so draining takes
/// no time but where a test holds it up.
public final class FakeTraffic implements Traffic {
    private final Set<String> routed = new TreeSet<>();
    private final List<String> asked = new ArrayList<>();
    private boolean present;
    private CountDownLatch draining = new CountDownLatch(0);

    /// Puts the proxy there; before, it is as if there were none.
    public synchronized void install() {
        present = true;
    }

    /// What was asked, such as `route shop-web-1`.
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /// Makes every drain from now on last until that is said.
    public synchronized Draining hold() {
        CountDownLatch until = new CountDownLatch(1);
        draining = until;
        return until::countDown;
    }

    /// Requests that go on.
    public interface Draining {
        /// Ends them.
        void end();
    }

    @Override
    public synchronized boolean present() {
        return present;
    }

    @Override
    public synchronized Set<String> routed(String service) {
        return Set.copyOf(routed);
    }

    @Override
    public synchronized void see(String service, Sight sight) {
        routed.retainAll(sight.containers().keySet());
    }

    @Override
    public synchronized void forget(String service) {
        routed.clear();
    }

    @Override
    public synchronized void route(Target target) {
        routed.add(target.id());
        asked.add("route " + target.name());
    }

    @Override
    public synchronized void unroute(String service, String id) {
        routed.remove(id);
        asked.add("unroute " + id);
    }

    @Override
    public void drain(String service, String id, Duration most) throws InterruptedException {
        CountDownLatch until;
        synchronized (this) {
            asked.add("drain " + id);
            until = draining;
        }
        until.await();
    }

    /// The agent died, and the proxy with it.
    public synchronized void forget() {
        routed.clear();
    }
}
