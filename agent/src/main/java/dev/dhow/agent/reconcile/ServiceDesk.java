package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.Kept;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where people, and whoever looks after the whole host, ask of services.
public final class ServiceDesk {
    private final Rooms rooms;
    private final Supplier<List<Worker>> workers;
    private final BooleanSupplier listed;

    /// @param listed whether the source was read, so that every service is known
    ServiceDesk(Rooms rooms, Supplier<List<Worker>> workers, BooleanSupplier listed) {
        this.rooms = rooms;
        this.workers = workers;
        this.listed = listed;
    }

    private Optional<Worker> worker(String service) {
        return workers.get().stream().filter(w -> w.service().equals(service)).findFirst();
    }

    /// The next pass of one service or of all, worked out now.
    ///
    /// @param service null: all
    /// @throws RuntimeFailure when Docker cannot be read
    public List<Plan> preview(@Nullable String service) throws RuntimeFailure, InterruptedException {
        List<Worker> asked = workers.get().stream()
                .filter(w -> service == null || w.service().equals(service))
                .toList();
        asked.forEach(Worker::need);
        Observed observed = rooms.observer().after(rooms.ticker().now());
        return asked.stream().map(worker -> worker.preview(observed)).toList();
    }

    /// The next pass of a service if that were wanted, worked out now.
    ///
    /// @throws RuntimeFailure when Docker cannot be read
    public Plan previewOf(Desired wanted) throws RuntimeFailure, InterruptedException {
        Optional<Worker> known = worker(wanted.service());
        Worker asked = known.orElseGet(() -> new Worker(wanted, rooms, _ -> false));
        return asked.preview(wanted, rooms.observer().once(asked.needs(wanted)));
    }

    /// Takes a request of a person. Blocks until it is stored.
    ///
    /// @return empty: nobody knows the service
    public Optional<Requests.Reply> ask(String service, Request request) throws InterruptedException {
        Optional<Worker> worker = worker(service);
        if (worker.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    worker.get().mailbox().ask(request, rooms.ticker().now()).get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request for %s ended by a bug".formatted(service), e.getCause());
        }
    }

    /// What is remembered of a service; empty: nobody knows it.
    public Optional<Chronicle> chronicle(String service) {
        return worker(service).map(Worker::chronicle);
    }

    /// The images, by reference or id, that services need: those they run, work towards, and may go back to. Empty
    /// while that is not known.
    public Optional<Set<String>> neededImages() {
        if (!listed.getAsBoolean() || rooms.observer().latest().isEmpty()) {
            return Optional.empty();
        }
        Set<String> needed = new HashSet<>();
        workers.get()
                .forEach(worker -> needed.addAll(Kept.images(worker.mailbox().desired(), worker.chronicle())));
        return Optional.of(needed);
    }
}
