package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.CertificatesBody;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.CertificateStatus.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `certs` against an agent that answers what a test says.
class CertsCommandTest {
    /// What commands take for now.
    private static final Instant NOW = Instant.parse("2026-11-20T10:05:00Z");

    @TempDir
    Path dir;

    private CliRun run(String body, String... args) throws IOException {
        try (StubAgent agent = StubAgent.on(dir.resolve(args.length + "-" + System.identityHashCode(args)))) {
            agent.json(200, body);
            CliRun run = CliRun.of(TestTools.PLAIN, Map.of("DHOW_HOST", agent.url()), false, args);
            assertTrue(agent.asked.getFirst().startsWith("GET /v1/certificates "), agent.asked.getFirst());
            return run;
        }
    }

    @Test
    void certificatesAreATableAndBelowItWhatIsWrong() throws IOException {
        String body = Json.write(new CertificatesBody(List.of(
                new CertificateStatus(
                        "shop.example.com",
                        Source.ACME,
                        List.of("shop.example.com"),
                        "R11",
                        NOW.minus(Duration.ofDays(30)),
                        NOW.plus(Duration.ofDays(60)),
                        null,
                        "shop"),
                new CertificateStatus(
                        "blog.example.com",
                        Source.SELF_SIGNED,
                        List.of(),
                        null,
                        null,
                        null,
                        "no certificate fits; put one there",
                        "blog"),
                new CertificateStatus(
                        null,
                        Source.DIRECTORY,
                        List.of("*.old.org", "old.org"),
                        "E\033[1m5",
                        NOW.minus(Duration.ofDays(90)),
                        NOW.minus(Duration.ofDays(3)),
                        "old.pem expired; replace it",
                        null))));
        assertEquals("""
            HOST              SERVICE  SOURCE       ISSUER     EXPIRES  NAMES
            shop.example.com  shop     acme         R11        in 60d   shop.example.com
            blog.example.com  blog     self_signed  -          -        -
            -                 -        directory    E\\x1b[1m5  3d ago   *.old.org,old.org

            blog.example.com:
              no certificate fits; put one there

            *.old.org,old.org:
              old.pem expired; replace it
            """, run(body, "certs").out());
        assertEquals(0, run(body, "certs").code());
        String json = run(body, "certs", "-o", "json").out();
        assertEquals(3, Json.read(json, CertificatesBody.class).certificates().size(), json);
    }

    @Test
    void thereMayBeNone() throws IOException {
        assertEquals(new CliRun(0, "no certificates\n", ""), run("{\"certificates\":[]}", "certs"));
    }
}
