/// What comes over the wire, and how much of it is believed: the grammar of a request's head and framing, host names,
/// networks, and what a trusted peer says of its client.
///
/// Here: rules of RFC 9110, RFC 9112 and of the PROXY protocol, as pure functions of bytes and texts, the reader of
/// answers, and the one Netty handler that applies them to requests before the codec sees a byte. Not here: where a
/// request goes, and any Vert.x type.
@NullMarked
package dev.dhow.agent.wire;

import org.jspecify.annotations.NullMarked;
