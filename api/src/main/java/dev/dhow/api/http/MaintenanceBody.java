package dev.dhow.api.http;

import org.jspecify.annotations.Nullable;

/// What `POST /v1/services/{s}/maintenance` takes.
///
/// @param on whether it begins or ends; null: not said
/// @param message for whoever asks meanwhile; null: none
public record MaintenanceBody(
        @Nullable Boolean on, @Nullable String message) {}
