package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.CertificateStatus.Source;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CertificateWarningsTest {
    private static final ServiceStatus SHOP = new ServiceStatus(
            "shop", "3f2a9c10", "3f2a9c10", null, Phase.Running, List.of(), List.of(), null, List.of("first"));

    private static CertificateStatus certificate(String host, String service, @Nullable String problem) {
        return new CertificateStatus(host, Source.ACME, List.of(), null, null, null, problem, service);
    }

    @Test
    void serviceTellsWhatIsWrongWithItsOwnHosts() {
        ServiceStatus told = CertificateWarnings.in(
                SHOP,
                List.of(
                        certificate("a.example.com", "shop", "it expired; replace it"),
                        certificate("a.example.com", "shop", "it expired; replace it"),
                        certificate("b.example.com", "shop", null),
                        certificate("*", "shop", "there is none"),
                        certificate("c.example.com", "blog", "it expired")));
        assertEquals(
                List.of(
                        "first",
                        "TLS for a.example.com: it expired; replace it",
                        "TLS for the default route: there is none"),
                told.warnings());
        assertEquals(SHOP, CertificateWarnings.in(SHOP, List.of(certificate("b.example.com", "shop", null))));
    }
}
