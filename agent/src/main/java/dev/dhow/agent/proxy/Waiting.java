package dev.dhow.agent.proxy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Requests on one event loop whose service is paused, by service, in the order in which they came.
final class Waiting {
    /// So long one waits at most.
    static final Duration MOST = Duration.ofSeconds(30);

    private final Map<String, Deque<Admission>> queues = new HashMap<>();

    /// Whether any waits that a new one must not pass.
    boolean any(String service) {
        return queues.containsKey(service);
    }

    /// Lets one wait behind the others.
    ///
    /// @return false: too many wait
    boolean add(Admission one) {
        if (!one.standing().enter()) {
            return false;
        }
        queues.computeIfAbsent(one.service(), _ -> new ArrayDeque<>()).addLast(one);
        return true;
    }

    /// It waits no more.
    void remove(Admission one) {
        Deque<Admission> queue = queues.get(one.service());
        if (queue != null && queue.remove(one)) {
            one.standing().leave();
            if (queue.isEmpty()) {
                queues.remove(one.service());
            }
        }
    }

    /// Asks anew what becomes of each, in order.
    void wake(String service) {
        Deque<Admission> queue = queues.remove(service);
        if (queue != null) {
            queue.forEach(one -> one.standing().leave());
            queue.forEach(Admission::proceed);
        }
    }

    /// Ends those that have waited long enough.
    void sweep(long now) {
        for (Deque<Admission> queue : List.copyOf(queues.values())) {
            for (Admission one = queue.peekFirst(); one != null && one.tired(now); one = queue.peekFirst()) {
                remove(one);
                one.giveUp();
            }
        }
    }
}
