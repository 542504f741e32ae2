package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Networks;
import dev.dhow.agent.wire.ProxyHeaderReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Vert.x's own way to the network, but for what comes in at the proxy's listeners: a connection of a peer that may not
/// connect, or that there is no room for, is closed before it costs a handshake, and each other one begins with
/// [ProxyHeaderReader], before Vert.x puts TLS and HTTP behind it. Vert.x reads PROXY headers itself only from all
/// senders of a listener or from none. Where no connection can be accepted, those who want in wait.
public final class Entrance implements Transport, io.vertx.core.spi.transport.Transport {
    private static final Logger log = LoggerFactory.getLogger(Entrance.class);
    private static final Duration HEADER_TIME = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final io.vertx.core.spi.transport.Transport plain = Transport.NIO.implementation();
    private final Supplier<Who> peers;
    private final ProxyListener listener;
    private final Crowd crowd;
    private final Map<InetSocketAddress, String> names = new ConcurrentHashMap<>();

    /// Which peers come in, and how they begin. Peers are whom connections come from, not whom their PROXY headers
    /// name.
    ///
    /// @param accepted who may connect; none: everybody
    /// @param senders from whom a PROXY header is due
    public record Who(Networks accepted, Networks senders) {
        boolean accepts(SocketAddress peer) {
            return accepted.isEmpty()
                    || (peer instanceof InetSocketAddress inet
                            && accepted.have(inet.getAddress().getAddress()));
        }
    }

    /// @param peers what holds now
    public Entrance(Supplier<Who> peers, ProxyListener listener, Crowd crowd) {
        this.peers = peers;
        this.listener = listener;
        this.crowd = crowd;
    }

    /// Looks at what comes in there from now on; nothing else that Vert.x listens on is touched.
    ///
    /// @param name the listener's
    public void watch(String name, InetSocketAddress address) {
        names.put(key(address), name);
    }

    /// Sockets of all addresses go by several spellings of none.
    private static InetSocketAddress key(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress() ? new InetSocketAddress(address.getPort()) : address;
    }

    /// @return false: it is closed
    private boolean came(SocketAddress at, Channel connection) {
        String name = at instanceof InetSocketAddress inet ? names.get(key(inet)) : null;
        if (name == null) {
            return true;
        }
        SocketAddress peer = connection.remoteAddress();
        if (peer == null) {
            // It is gone already: nobody was refused.
            connection.unsafe().closeForcibly();
            return false;
        }
        Who who = peers.get();
        if (!who.accepts(peer)) {
            return refuse(connection, "accept_from");
        }
        boolean healthOnly = name.equals(Probe.HEALTH_LISTENER);
        if (!healthOnly) {
            if (!crowd.comes()) {
                return refuse(connection, "connections");
            }
            connection.closeFuture().addListener(_ -> crowd.leaves());
        }
        // The listener for health alone never speaks the protocol.
        Networks from = healthOnly ? Networks.NONE : who.senders();
        connection.pipeline().addLast(new ProxyHeaderReader(from, HEADER_TIME, (sender, why) -> {
            listener.rejected("proxy_header");
            listener.probe(Probe.refused(name, sender, why));
        }));
        return true;
    }

    private boolean refuse(Channel connection, String reason) {
        listener.rejected(reason);
        connection.unsafe().closeForcibly();
        return false;
    }

    /// Sees each connection that a listener accepts, before Vert.x does.
    private final class Doorkeeper extends ChannelInboundHandlerAdapter {
        private boolean told;

        /// Mostly no descriptor is left. Trying again at once would turn without end: those who wait can do so.
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!told) {
                told = true;
                log.atWarn()
                        .addKeyValue("address", ctx.channel().localAddress())
                        .addKeyValue("cause", cause.getMessage())
                        .log("connections wait, because none can be accepted: raise LimitNOFILE if they are too many");
            }
            ChannelConfig config = ctx.channel().config();
            config.setAutoRead(false);
            ctx.executor().schedule(() -> config.setAutoRead(true), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            told = false;
            if (!(message instanceof Channel connection) || came(ctx.channel().localAddress(), connection)) {
                super.channelRead(ctx, message);
            }
        }
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> factory = plain.serverChannelFactory(domainSocket);
        if (domainSocket) {
            return factory;
        }
        return () -> {
            ServerChannel made = factory.newChannel();
            ChannelHandler doorkeeper = new Doorkeeper();
            made.pipeline().addLast(doorkeeper);
            return made;
        };
    }

    @Override
    public String name() {
        return Transport.NIO.name();
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }

    @Override
    public boolean supportsDomainSockets() {
        return plain.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return plain.supportFileRegion();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return plain.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
        return plain.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return plain.ioHandlerFactory();
    }

    @Override
    @SuppressWarnings("deprecation") // Vert.x has no other word for it.
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return plain.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return plain.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return plain.channelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        plain.configure(channel, options);
    }

    @Override
    public void configure(TcpConfig options, boolean domainSocket, Bootstrap bootstrap) {
        plain.configure(options, domainSocket, bootstrap);
    }

    @Override
    public void configure(TcpConfig options, boolean domainSocket, ServerBootstrap bootstrap) {
        plain.configure(options, domainSocket, bootstrap);
    }
}
