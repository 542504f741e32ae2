package dev.dhow.agent.runtime;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The script of what goes wrong in a [FakeRuntime], by operation: `observe pull create start stop restart unpause
/// remove create_network create_volume logs`, or `*` for all.
final class FakeFaults {
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Hang> hangs = new HashMap<>();

    private record Fault(String operation, String subject, Kind kind, boolean afterEffect, boolean once) {
        boolean hits(String called, String of, boolean after) {
            return (operation.equals("*") || operation.equals(called)) && of.contains(subject) && afterEffect == after;
        }
    }

    /// A call that does not return until a test lets it.
    static final class Hang {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        /// Waits until the call hangs.
        void awaitEntered() throws InterruptedException {
            entered.await();
        }

        /// Lets it go on, with its effect.
        void release() {
            released.countDown();
        }
    }

    synchronized void add(String operation, String subject, Kind kind, boolean afterEffect, boolean once) {
        faults.add(new Fault(operation, subject, kind, afterEffect, once));
    }

    synchronized Hang hang(String operation) {
        return hangs.computeIfAbsent(operation, _ -> new Hang());
    }

    synchronized void clear() {
        faults.clear();
        hangs.values().forEach(Hang::release);
        hangs.clear();
    }

    void hangIfScripted(String operation) throws InterruptedException {
        Hang hang = takeHang(operation);
        if (hang != null) {
            hang.entered.countDown();
            hang.released.await();
        }
    }

    private synchronized @Nullable Hang takeHang(String operation) {
        return hangs.remove(operation);
    }

    synchronized void failIfScripted(String operation, String subject, boolean after) throws RuntimeFailure {
        for (Iterator<Fault> each = faults.iterator(); each.hasNext(); ) {
            Fault fault = each.next();
            if (fault.hits(operation, subject, after)) {
                if (fault.once()) {
                    each.remove();
                }
                throw new RuntimeFailure(
                        fault.kind(),
                        "%s %s: scripted %s"
                                .formatted(operation, subject, fault.kind().label()));
            }
        }
    }
}
