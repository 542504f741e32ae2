package dev.dhow.agent.wire;

/// What a head may have.
///
/// @param line octets of the request line, and of the extensions of one chunk
/// @param head octets of the whole head, and of trailers
/// @param fields how many
record HeadLimits(int line, int head, int fields) {}
