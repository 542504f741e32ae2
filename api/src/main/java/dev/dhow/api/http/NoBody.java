package dev.dhow.api.http;

/// What requests take that are said all by their path: nothing, or `{}`.
public record NoBody() {}
