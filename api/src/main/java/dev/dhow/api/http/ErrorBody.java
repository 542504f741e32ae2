package dev.dhow.api.http;

/// Every answer that is no success.
public record ErrorBody(String error) {}
