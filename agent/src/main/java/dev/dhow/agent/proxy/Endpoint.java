package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.Upstreams;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A container that requests are sent to, and how many are on it.
///
/// One number says both whether a request may start and how many have: after [#close] none can start, whatever loop it
/// comes from, because the claim and the closing are decided by the same comparison.
final class Endpoint {
    private static final long CLOSED = Long.MIN_VALUE;

    private final String id;
    private final ProxyListener.Target name;
    private final AtomicLong claims = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile InetSocketAddress address;
    private volatile boolean ready;
    private volatile long suspectUntil = Long.MIN_VALUE;
    private volatile @Nullable String mark;

    /// @param id the container's
    Endpoint(String id, ProxyListener.Target name, InetSocketAddress address, boolean ready) {
        this.id = id;
        this.name = name;
        this.address = address;
        this.ready = ready;
    }

    /// As an agent before this one knew it.
    static Endpoint of(KnownRoutes.Target known) {
        return new Endpoint(
                known.id(),
                new ProxyListener.Target(known.name(), known.replica(), known.revision()),
                Upstreams.address(known.address(), known.port()),
                known.ready());
    }

    KnownRoutes.Target known(String role) {
        InetSocketAddress at = address;
        return new KnownRoutes.Target(
                id, role, name.name(), name.replica(), name.revision(), at.getHostString(), at.getPort(), ready);
    }

    String id() {
        return id;
    }

    ProxyListener.Target name() {
        return name;
    }

    /// What clients may know it by.
    ///
    /// @param from makes it of the container's id, the same each time
    String mark(UnaryOperator<String> from) {
        String known = mark;
        if (known == null) {
            known = from.apply(id);
            mark = known;
        }
        return known;
    }

    InetSocketAddress address() {
        return address;
    }

    boolean ready() {
        return ready;
    }

    /// Takes in what was seen last: a container that started again may have another address.
    void seen(InetSocketAddress now, boolean answers) {
        address = now;
        ready = answers;
    }

    /// Lets a request start on it; every claim is released once.
    ///
    /// @return false: it takes none any more
    boolean claim() {
        while (true) {
            long count = claims.get();
            if (count < 0) {
                return false;
            }
            if (claims.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    void release() {
        if (claims.decrementAndGet() == CLOSED) {
            drained.complete(null);
        }
    }

    /// Lets no request start any more.
    void close() {
        if (claims.getAndUpdate(count -> count | CLOSED) == 0) {
            drained.complete(null);
        }
    }

    boolean closed() {
        return claims.get() < 0;
    }

    /// Waits until it is closed and its last request has ended.
    ///
    /// @return false: it takes longer than that
    boolean drained(Duration most) throws InterruptedException {
        try {
            drained.get(most.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a drain does not fail", e);
        }
    }

    /// Requests on it.
    long inFlight() {
        return claims.get() & ~CLOSED;
    }

    /// It refused a connection: others are asked first for a while.
    ///
    /// @param until by [System#nanoTime]'s measure
    void suspect(long until) {
        suspectUntil = until;
    }

    boolean suspected(long now) {
        return suspectUntil != Long.MIN_VALUE && suspectUntil - now > 0;
    }
}
