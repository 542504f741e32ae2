package dev.dhow.agent.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `proxy` and `drain` keys of `agent.yaml`.
///
/// @param http where plain requests come in
/// @param https where TLS comes in
/// @param health a plain listener for health paths only, which never speaks the PROXY protocol; null: none
/// @param trustedProxies who is believed about clients
/// @param proxyProtocol from whom a PROXY header is required; nobody: the protocol is off
/// @param acceptFrom who may connect; nobody: everybody
/// @param assumeHttps whether TLS ended before this host
/// @param healthRequires services that must have a ready replica for this host to be healthy; empty: the one of the
/// default route, if any
/// @param certs the directory of certificates
/// @param acme null: no certificate is ordered
/// @param healthGrace how long health fails before connections end on a drain of the host
/// @param accessLog where requests are logged
public record ProxyConfig(
        Listener http,
        Listener https,
        @Nullable InetSocketAddress health,
        Networks trustedProxies,
        Networks proxyProtocol,
        Networks acceptFrom,
        boolean assumeHttps,
        List<String> healthRequires,
        Path certs,
        @Nullable Acme acme,
        Duration healthGrace,
        LogTo accessLog) {
    /// What holds without a file.
    public static final ProxyConfig DEFAULT = new ProxyConfig(
            Listener.whenNeeded(new InetSocketAddress("0.0.0.0", 80)),
            Listener.whenNeeded(new InetSocketAddress("0.0.0.0", 443)),
            null,
            Networks.NOBODY,
            Networks.NOBODY,
            Networks.NOBODY,
            false,
            List.of(),
            Path.of("/etc/dhow/certs"),
            null,
            Duration.ofSeconds(35),
            LogTo.OFF);

    /// Copies the list.
    public ProxyConfig {
        healthRequires = List.copyOf(healthRequires);
    }

    /// Where requests are logged.
    public enum LogTo {
        /// Nowhere.
        OFF,
        /// The agent's standard output, a line of JSON each.
        STDOUT;

        /// As the file has it.
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether and where to listen.
    ///
    /// @param address null: never
    /// @param always whether it is open before a route needs it: its key is written
    public record Listener(@Nullable InetSocketAddress address, boolean always) {
        /// One that nobody wrote.
        public static Listener whenNeeded(InetSocketAddress address) {
            return new Listener(address, false);
        }
    }

    /// Some networks, as they were written.
    ///
    /// @param entries `ADDRESS`, `ADDRESS/BITS`, `private` or `loopback`
    /// @param files absolute paths of files that hold such entries, one a line, which are watched
    public record Networks(List<String> entries, List<Path> files) {
        /// None.
        public static final Networks NOBODY = new Networks(List.of(), List.of());

        /// Copies the lists.
        public Networks {
            entries = List.copyOf(entries);
            files = List.copyOf(files);
        }

        /// Whether nothing was written.
        public boolean isEmpty() {
            return entries.isEmpty() && files.isEmpty();
        }
    }

    /// An account at a certificate authority.
    ///
    /// @param email where the authority writes to; null: nowhere
    /// @param directory the URL of the authority's directory
    /// @param trust PEM file of who signs the directory's own certificate; null: those that Java trusts
    public record Acme(
            @Nullable String email,
            String directory,
            @Nullable Path trust) {}
}
