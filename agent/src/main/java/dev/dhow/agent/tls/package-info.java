/// The certificates of the proxy: where they come from, which one answers in a handshake, and who may show one.
///
/// Here: reading and watching PEM files, the choice by server name and key type, orders at an ACME authority, client
/// certificates. Not here: HTTP, routes, listeners (`proxy`).
@NullMarked
package dev.dhow.agent.tls;

import org.jspecify.annotations.NullMarked;
