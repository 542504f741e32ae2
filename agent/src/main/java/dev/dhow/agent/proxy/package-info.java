/// The reverse proxy: listeners, where a request goes, and how it gets there and back.
///
/// Here: the table of routes, the containers behind them and who may start a request on them, one exchange from its
/// first to its last octet, health paths, and the listeners. Not here: the grammar of what comes in, which is
/// `agent.wire`; certificates, which are `agent.tls`; and what should be routed, which the plan says through the port
/// `runtime.Traffic`.
///
/// Everything of one connection happens on the event loop that accepted it. What loops share is immutable and swapped
/// by
/// one reference ([RouteTable]), or a counter that decides by one comparison ([Endpoint]).
@NullMarked
package dev.dhow.agent.proxy;

import org.jspecify.annotations.NullMarked;
