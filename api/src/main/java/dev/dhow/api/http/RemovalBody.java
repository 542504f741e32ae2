package dev.dhow.api.http;

import java.util.List;

/// The answer of `POST /v1/confirm-removal`.
///
/// @param services that go now
/// @param message for people
public record RemovalBody(List<String> services, String message) {
    /// Copies the list.
    public RemovalBody {
        services = List.copyOf(services);
    }
}
