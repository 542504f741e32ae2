package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The way to the Engine: every call with its deadline, its typed failure, its measurement, in a version both speak.
///
/// It needs no Engine to be made. The version is agreed upon with the first call, and again after the Engine went away,
/// because it may come back as another one.
final class EngineConnection implements AutoCloseable {
    private final URI address;
    private final Ticker ticker;
    private final CallListener listener;
    private final ReentrantLock negotiating = new ReentrantLock();
    private volatile @Nullable EngineSession current;
    private volatile boolean closed;

    EngineConnection(URI address, Ticker ticker, CallListener listener) {
        this.address = address;
        this.ticker = ticker;
        this.listener = listener;
    }

    /// Work with the Engine.
    @FunctionalInterface
    interface Work<T> {
        T run(EngineSession session) throws Exception;
    }

    /// Runs the work within the operation's limit.
    <T> T call(Operation operation, String subject, Work<T> work) throws RuntimeFailure, InterruptedException {
        return call(operation, subject, operation.limit(), work);
    }

    /// Runs the work within a limit of its own.
    <T> T call(Operation operation, String subject, Duration limit, Work<T> work)
            throws RuntimeFailure, InterruptedException {
        return measured(operation, subject, task -> DeadlineCaller.call(operation.label(), limit, task), work);
    }

    /// Runs the work as long as it gets on.
    ///
    /// @param idle how long the progress may stand still
    <T> T callWhileProgressing(Operation operation, String subject, Duration idle, LongSupplier progress, Work<T> work)
            throws RuntimeFailure, InterruptedException {
        return measured(
                operation,
                subject,
                task -> DeadlineCaller.callWhileProgressing(operation.label(), idle, progress, task),
                work);
    }

    @FunctionalInterface
    private interface Calling<T> {
        T run(Callable<T> task) throws TimeoutException, ExecutionException, InterruptedException;
    }

    private <T> T measured(Operation operation, String subject, Calling<T> calling, Work<T> work)
            throws RuntimeFailure, InterruptedException {
        EngineSession session = session();
        Duration began = ticker.now();
        String result = "interrupted";
        try {
            T value = attempts(operation, subject, calling, work, session);
            result = "success";
            return value;
        } catch (RuntimeFailure e) {
            result = e.kind().label();
            throw e;
        } finally {
            session.leave();
            listener.called(operation.label(), result, ticker.now().minus(began));
        }
    }

    private <T> T attempts(Operation operation, String subject, Calling<T> calling, Work<T> work, EngineSession session)
            throws RuntimeFailure, InterruptedException {
        boolean again = operation.repeatable();
        while (true) {
            try {
                return calling.run(() -> work.run(session));
            } catch (TimeoutException e) {
                // Whatever comes back may be another Engine.
                lost(session);
                throw new RuntimeFailure(Kind.TIMEOUT, EngineFailures.late(operation, subject, address), e);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (again && EngineFailures.brokenConnection(cause)) {
                    // A socket from the pool that the Engine had closed while it lay there.
                    again = false;
                    continue;
                }
                RuntimeFailure failure = EngineFailures.of(operation, subject, address, cause);
                if (failure.kind() == Kind.UNAVAILABLE) {
                    lost(session);
                }
                throw failure;
            }
        }
    }

    private EngineSession session() throws RuntimeFailure, InterruptedException {
        EngineSession session = current;
        if (session != null && session.enter()) {
            return session;
        }
        negotiating.lockInterruptibly();
        try {
            session = current;
            if (session != null && session.enter()) {
                return session;
            }
            if (closed) {
                throw new RuntimeFailure(Kind.UNAVAILABLE, "the connection to Docker is closed");
            }
            EngineSession fresh = new EngineSession(address, negotiate());
            fresh.enter();
            current = fresh;
            return fresh;
        } finally {
            negotiating.unlock();
        }
    }

    private ApiVersion negotiate() throws RuntimeFailure, InterruptedException {
        try {
            JsonNode answer = DeadlineCaller.call("version", Operation.VERSION.limit(), () -> askVersion(address));
            ApiVersion max = ApiVersion.parse(answer.path("ApiVersion").asText());
            String min = answer.path("MinAPIVersion").asText("");
            return ApiVersion.negotiate(min.isEmpty() ? max : ApiVersion.parse(min), max);
        } catch (TimeoutException e) {
            throw new RuntimeFailure(Kind.TIMEOUT, EngineFailures.late(Operation.VERSION, "", address), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw EngineFailures.of(Operation.VERSION, "", address, cause);
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure(
                    Kind.UNAVAILABLE, "cannot use Docker at %s: %s".formatted(address, e.getMessage()), e);
        }
    }

    private static JsonNode askVersion(URI address) throws IOException, EngineRefusal, DockerException {
        // Without a version in its path, so that any Engine answers, in a connection that is thrown away.
        try (DockerHttpClient client = EngineSession.transport(address);
                Response response = EngineSession.open(client, Request.Method.GET, "/version");
                InputStream body = response.getBody()) {
            return EngineSession.JSON.readTree(body);
        }
    }

    /// The Engine went away, or may have: the next call agrees on a version anew, on new connections.
    void lost() {
        EngineSession session = current;
        if (session != null) {
            lost(session);
        }
    }

    private void lost(EngineSession session) {
        negotiating.lock();
        try {
            if (current == session) {
                current = null;
                session.leave();
            }
        } finally {
            negotiating.unlock();
        }
    }

    URI address() {
        return address;
    }

    @Override
    public void close() {
        closed = true;
        lost();
    }
}
