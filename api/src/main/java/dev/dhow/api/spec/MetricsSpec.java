package dev.dhow.api.spec;

/// Where a role's own metrics are, for discovery.
public record MetricsSpec(int port, String path) {}
