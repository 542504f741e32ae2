package dev.dhow.agent.yaml;

import java.nio.file.Path;

/// Where binding stands: the path from the file's root, and where problems go.
///
/// @param directory what relative paths in the file start from, absolute
public record Scope(Problems problems, String path, Path directory) {
    /// One key deeper.
    public Scope at(String key) {
        return new Scope(problems, path.isEmpty() ? key : path + "." + key, directory);
    }

    /// One entry of a list deeper, counted from 0.
    public Scope at(int index) {
        return new Scope(problems, path + "[" + index + "]", directory);
    }

    /// Tells an error at a node.
    public void error(Node node, String message) {
        problems.error(node.place(), path, message);
    }

    /// Tells a warning at a node.
    public void warning(Node node, String message) {
        problems.warning(node.place(), path, message);
    }
}
