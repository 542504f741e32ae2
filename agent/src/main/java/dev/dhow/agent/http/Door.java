package dev.dhow.agent.http;

/// The listener by which a request came in, which says how far it is trusted.
enum Door {
    /// The Unix socket: its file mode already said who may.
    SOCKET,
    /// TCP on a loopback address: everybody on this host.
    LOOPBACK,
    /// TCP on another address: everybody who can reach this host.
    NETWORK
}
