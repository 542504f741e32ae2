package dev.dhow.agent.yaml;

/// Where something stands in a file: 1-based, columns in code points.
public record Place(int line, int column) {}
