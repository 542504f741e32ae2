package dev.dhow.api.http;

/// The answer of `POST /v1/services/{s}/{verb}`: it is stored and under way.
///
/// @param message what happens now, for people
public record ActionBody(String service, String message) {}
