package dev.dhow.api.http;

/// An answer that says what happens now.
///
/// @param message for people
public record MessageBody(String message) {}
