package dev.dhow.agent;

import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.ArrayList;
import java.util.List;

/// Tells in a service's status what is wrong with the certificates of its hosts. Pure.
final class CertificateWarnings {
    private CertificateWarnings() {}

    static ServiceStatus in(ServiceStatus status, List<CertificateStatus> certificates) {
        List<String> wrong = certificates.stream()
                .filter(c -> status.service().equals(c.service()) && c.problem() != null)
                .map(CertificateWarnings::told)
                .distinct()
                .toList();
        if (wrong.isEmpty()) {
            return status;
        }
        List<String> warnings = new ArrayList<>(status.warnings());
        warnings.addAll(wrong);
        return status.withWarnings(warnings);
    }

    private static String told(CertificateStatus certificate) {
        String host = certificate.host();
        return "TLS for %s: %s"
                .formatted(host == null || host.equals("*") ? "the default route" : host, certificate.problem());
    }
}
