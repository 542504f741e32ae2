package dev.dhow.api.spec;

import java.time.Duration;

/// `image_update`: look for new images under the same tag.
///
/// @param every between two looks
public record ImageUpdate(Duration every) {
    /// Between two looks, where nothing is written.
    public static final Duration EVERY = Duration.ofMinutes(5);
}
