/// The HTTP API: on a Unix socket for the host's own users, on TCP for those that product rules admit.
///
/// Here: listeners, routes, who may ask what. Not here: what is told (`status`), JSON (`json`), the proxy's listeners.
@NullMarked
package dev.dhow.agent.http;

import org.jspecify.annotations.NullMarked;
