/// Connections to containers: how they are dialled, kept and used again, and one request after the other on each.
///
/// Here: requests as octets, the life of a connection, and the pool of one event loop. Not here: the grammar of
/// answers,
/// which is `agent.wire`; which container a request goes to and what its client gets to see, which are `agent.proxy`.
///
/// Nothing here is shared between event loops. It stands on Netty's channels and not on Vert.x's HTTP client, which
/// cost
/// more than a third of the proxy's CPU per request and reads answers less strictly (`docs/proxy.md` has the figures).
@NullMarked
package dev.dhow.agent.upstream;

import org.jspecify.annotations.NullMarked;
