package dev.dhow.agent.reconcile;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.history.Journal;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.FakeTraffic;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.KeptFile;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.PassListener;
import dev.dhow.agent.status.StatusBoard;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The real loop with its threads, on an engine in memory: what tests of it share.
abstract class LoopCase {
    final FakeRuntime runtime = new FakeRuntime("web-1", Ticker.system());
    final StatusBoard board = new StatusBoard();
    final RunningIsReady health = new RunningIsReady();
    final FakeTraffic traffic = new FakeTraffic();
    final Executor executor = new Executor(runtime, traffic, Ticker.system(), 4);
    private final Map<ServiceText, ServiceSpec> texts = new ConcurrentHashMap<>();
    final Path state = temporary();
    final Reconciler reconciler = reconciler(PassListener.NONE);

    Reconciler reconciler(PassListener listener) {
        return new Reconciler(
                "web-1",
                new Reconciler.Doing(runtime, executor, traffic),
                health,
                new Reconciler.Keeping(new Journal(state), this::kept),
                new Reconciler.Reporting(board, listener),
                Ticker.system(),
                () -> null,
                () -> 0);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("dhow-reconciler-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void start() {
        runtime.addImage("shop:1");
        reconciler.start();
    }

    @AfterEach
    void stop() {
        reconciler.close();
        executor.close();
        runtime.close();
    }

    static Map<String, Desired> services(String... names) {
        return Stream.of(names)
                .collect(Collectors.toMap(
                        Function.identity(),
                        name -> new Desired.Wanted(
                                Declared.of(new ServiceSpec(name, List.of(bot("shop:1")))), List.of())));
    }

    ServiceStatus await(String service, java.util.function.Predicate<ServiceStatus> condition) {
        return Await.until(
                        service,
                        () -> board.of(service),
                        status -> status.filter(condition).isPresent())
                .orElseThrow();
    }

    static RoleSpec bot(String image) {
        return TestRoles.unwatched(TestRoles.plain("bot", image));
    }

    static boolean available(ServiceStatus status) {
        return status.is(Condition.Type.Available) && status.phase() == Phase.Running;
    }

    void want(String image) {
        runtime.addImage(image);
        want(bot(image));
    }

    /// Its text is kept, so that it can be gone back to.
    void want(RoleSpec role) {
        ServiceSpec spec = new ServiceSpec("shop", List.of(role));
        ServiceText text = new ServiceText("shop.yaml", "/etc", spec.toString());
        texts.put(text, spec);
        reconciler.source(Map.of("shop", new Desired.Wanted(new Declared(spec, text), List.of())), true);
    }

    private KeptFile kept(ServiceText text) {
        ServiceSpec spec = texts.get(text);
        return spec == null ? KeptFile.NONE : new KeptFile(spec, "");
    }
}
