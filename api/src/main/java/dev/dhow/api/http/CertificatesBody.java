package dev.dhow.api.http;

import dev.dhow.api.status.CertificateStatus;
import java.util.List;

/// The answer of `GET /v1/certificates`.
public record CertificatesBody(List<CertificateStatus> certificates) {}
