package dev.dhow.agent.proxy;

import dev.dhow.agent.access.PasswordCheck;
import dev.dhow.agent.state.Ticker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// The event loops of the proxy, each with its [Worker], for threads that are none: what is asked of them is done on
/// all
/// when the call returns.
final class Loops {
    private static final Duration SWEEP = Duration.ofMillis(250);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final List<Worker> workers = new ArrayList<>();
    private int opened;

    private Loops(Vertx vertx) {
        this.vertx = vertx;
    }

    static Loops start(
            Vertx vertx,
            int count,
            AtomicReference<Shared> shared,
            ProxyListener listener,
            Ticker ticker,
            RandomGenerator random)
            throws InterruptedException {
        Loops loops = new Loops(vertx);
        for (int i = 0; i < count; i++) {
            Worker worker = new Worker(shared, listener, ticker, random, SWEEP);
            await(vertx.deployVerticle(worker, new DeploymentOptions()), ANSWER);
            loops.workers.add(worker);
        }
        return loops;
    }

    /// Opens one listener that all loops share, also where the system chooses the port.
    ///
    /// @return the port
    /// @throws IllegalStateException when the address cannot be had, with why
    synchronized int open(String name, HttpServerOptions options, InetSocketAddress address)
            throws InterruptedException {
        String host = address.getHostString();
        SocketAddress shared = address.getPort() == 0
                ? SocketAddress.sharedRandomPort(++opened, host)
                : SocketAddress.inetSocketAddress(address.getPort(), host);
        int port = 0;
        for (Worker worker : workers) {
            port = await(worker.open(name, options, shared), ANSWER);
        }
        return port;
    }

    /// Ends exchanges on a target.
    void end(Endpoint target, Predicate<Exchange> which) throws InterruptedException {
        each(worker -> worker.end(target, which));
    }

    /// Asks anew what becomes of the requests that wait for a service.
    void wake(String service) throws InterruptedException {
        each(worker -> worker.wake(service));
    }

    private void each(Function<Worker, Future<Void>> work) throws InterruptedException {
        for (Worker worker : workers) {
            await(work.apply(worker), ANSWER);
        }
    }

    void among(Crowd all) {
        workers.forEach(worker -> worker.among(all));
    }

    void loginsBy(PasswordCheck check) {
        workers.forEach(worker -> worker.loginsBy(check));
    }

    /// Requests that are under way.
    int inFlight() {
        return workers.stream().mapToInt(Worker::inFlight).sum();
    }

    /// Closes the listeners at once, and gives the requests under way some time to end.
    ///
    /// @param most how long they may take until they are cut
    void close(Duration most) throws InterruptedException {
        List<Future<Void>> ending =
                workers.stream().map(worker -> worker.shut(most)).toList();
        await(Future.join(ending), most.plus(ANSWER));
        for (Worker worker : workers) {
            await(vertx.undeploy(worker.deploymentID()), ANSWER);
        }
        workers.clear();
    }

    private static <T> T await(Future<T> future, Duration most) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException("an event loop did not answer within %d s".formatted(most.toSeconds()), e);
        }
    }
}
