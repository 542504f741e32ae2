package dev.dhow.agent.wire;

/// A field of a message, as it was sent but for the blanks around its value.
///
/// @param name a token (RFC 9110 §5.1)
/// @param value octets as characters of ISO 8859-1; none of them ends a line
public record Field(String name, String value) {}
