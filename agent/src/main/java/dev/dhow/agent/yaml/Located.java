package dev.dhow.agent.yaml;

import java.util.List;

/// An entry of a list with its place.
///
/// @param path such as `roles.web.ports[0]`
public record Located<T>(T value, Place place, String path) {
    /// The entries without their places.
    public static <T> List<T> values(List<Located<T>> entries) {
        return entries.stream().map(Located::value).toList();
    }
}
