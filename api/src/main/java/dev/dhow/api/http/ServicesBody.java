package dev.dhow.api.http;

import dev.dhow.api.status.ServiceStatus;
import java.util.List;

/// The answer of `GET /v1/services`.
public record ServicesBody(List<ServiceStatus> services) {}
