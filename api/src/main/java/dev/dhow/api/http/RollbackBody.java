package dev.dhow.api.http;

import org.jspecify.annotations.Nullable;

/// What `POST /v1/services/{s}/rollback` takes; it may be left out.
///
/// @param revision null: the newest earlier one that became Available
public record RollbackBody(@Nullable String revision) {}
