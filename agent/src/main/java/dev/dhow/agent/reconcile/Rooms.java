package dev.dhow.agent.reconcile;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.health.Health;
import dev.dhow.agent.history.Journal;
import dev.dhow.agent.plan.HmacKeys;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.state.KeptFile;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.PassListener;
import dev.dhow.agent.status.StatusBoard;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/// What every pass calls; the same for all services.
///
/// @param host the name that owns the containers
/// @param watch what all services together tell of the host
/// @param texts reads a service file again that was kept with its revision
/// @param keys what secret values are hashed with
/// @param jitter 0 to 1 at random
record Rooms(
        String host,
        ContainerRuntime runtime,
        Observer observer,
        Health health,
        HostWatch watch,
        Executor executor,
        Traffic traffic,
        Journal journal,
        Function<ServiceText, KeptFile> texts,
        StatusBoard board,
        PassListener listener,
        Ticker ticker,
        HmacKeys keys,
        DoubleSupplier jitter) {}
