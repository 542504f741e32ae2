package dev.dhow.agent.upstream;

import dev.dhow.agent.wire.Network;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop to all containers: idle ones are used again, the latest first; where there are as
/// many as may be, requests wait in the order in which they came, as many as may.
public final class Upstreams {
    private static final int CONNECTIONS = 512;
    private static final int WAITING = 512;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    /// Shorter than applications keep connections (Node.js: 5 s), else requests meet closed ones.
    private static final Duration IDLE_TIME = Duration.ofSeconds(4);

    /// Somebody who wants a connection.
    public interface Caller {
        /// Whether it is not wanted any more.
        boolean over();

        void connected(Upstream to);

        void refused(Refused why);
    }

    /// Why there is no connection.
    public enum Refused {
        /// As many requests wait as may.
        BUSY,
        /// Nobody answers at that address, or not in time.
        CONNECT
    }

    /// What is known of one address.
    private final class Destination implements Home {
        final InetSocketAddress address;
        final Bootstrap bootstrap;
        final ArrayDeque<Idle> idle = new ArrayDeque<>();
        final ArrayDeque<Caller> waiting = new ArrayDeque<>();
        int connections;

        Destination(InetSocketAddress address) {
            this.address = address;
            bootstrap = dialling.clone().remoteAddress(address).handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    open.add(channel);
                    channel.pipeline().addLast("upstream", new Upstream(loop, channel, Destination.this, lending));
                }
            });
        }

        /// The one that was used last; those that nobody used for a while have ended.
        @Nullable
        Upstream kept(long now) {
            expire(now);
            Idle latest = idle.poll();
            // One that has just ended is taken out a moment later.
            while (latest != null && !latest.upstream().open()) {
                latest = idle.poll();
            }
            return latest == null ? null : latest.upstream();
        }

        void expire(long now) {
            while (!idle.isEmpty() && now - idle.getLast().since() > IDLE_TIME.toNanos()) {
                idle.removeLast().upstream().close();
            }
        }

        @Override
        public void free(Upstream upstream) {
            Caller next = next();
            if (next == null) {
                idle.push(new Idle(upstream, nanos.getAsLong()));
            } else {
                next.connected(upstream);
            }
        }

        @Override
        public void gone(Upstream ended) {
            idle.removeIf(one -> one.upstream() == ended);
        }

        boolean mayWait() {
            if (waiting.size() >= WAITING) {
                waiting.removeIf(Caller::over);
            }
            return waiting.size() < WAITING;
        }

        @Override
        public void left() {
            connections--;
            Caller next = next();
            if (next != null) {
                connect(this, next);
            } else if (connections == 0) {
                destinations.remove(address, this);
            }
        }

        private @Nullable Caller next() {
            Caller next = waiting.poll();
            while (next != null && next.over()) {
                next = waiting.poll();
            }
            return next;
        }
    }

    private record Idle(Upstream upstream, long since) {}

    private final ContextInternal loop;
    private final Lending lending;
    private final Bootstrap dialling;
    private final ChannelGroup open;
    private final LongSupplier nanos;
    private final Map<InetSocketAddress, Destination> destinations = new HashMap<>();

    /// @param loop whose connections they are
    /// @param nanos monotonic
    public Upstreams(ContextInternal loop, LongSupplier nanos) {
        this.loop = loop;
        this.nanos = nanos;
        lending = new Lending(loop.nettyEventLoop());
        VertxInternal vertx = loop.owner();
        open = new DefaultChannelGroup(loop.nettyEventLoop());
        dialling = new Bootstrap()
                .disableResolver()
                .group(loop.nettyEventLoop())
                .channelFactory(vertx.transport().channelFactory(false))
                .option(ChannelOption.TCP_NODELAY, true)
                // So that the container's end of a connection is told from ours.
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, lending)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIME.toMillis());
    }

    /// Where a container is to be reached.
    ///
    /// @param literal an IP address; a name is never looked up, and refuses connections
    public static InetSocketAddress address(String literal, int port) {
        byte[] octets = Network.address(literal);
        if (octets == null) {
            return InetSocketAddress.createUnresolved(literal, port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("neither 4 nor 16 octets", e);
        }
    }

    /// Gives a connection to the caller, at once or later.
    ///
    /// @param fresh whether it must be a new one
    public void dial(InetSocketAddress to, Caller caller, boolean fresh) {
        Destination destination = destinations.computeIfAbsent(to, Destination::new);
        Upstream kept = fresh ? null : destination.kept(nanos.getAsLong());
        if (kept != null) {
            caller.connected(kept);
        } else if (destination.connections < CONNECTIONS) {
            connect(destination, caller);
        } else if (destination.mayWait()) {
            destination.waiting.add(caller);
        } else {
            caller.refused(Refused.BUSY);
        }
    }

    private void connect(Destination to, Caller caller) {
        to.connections++;
        ChannelFuture connecting = to.bootstrap.connect();
        connecting.addListener(_ -> loop.dispatch(connecting.isSuccess(), connected -> {
            if (connected) {
                give(to, connecting.channel().pipeline().get(Upstream.class), caller);
            } else {
                to.left();
                if (!caller.over()) {
                    caller.refused(Refused.CONNECT);
                }
            }
        }));
    }

    private static void give(Destination from, Upstream upstream, Caller caller) {
        if (caller.over()) {
            from.free(upstream);
        } else {
            caller.connected(upstream);
        }
    }

    /// Ends connections that nobody used for a while.
    public void sweep() {
        long now = nanos.getAsLong();
        for (Destination destination : List.copyOf(destinations.values())) {
            destination.expire(now);
        }
    }

    /// Ends all connections.
    public void close() {
        open.forEach(channel -> channel.pipeline().get(Upstream.class).breakOff());
    }
}
