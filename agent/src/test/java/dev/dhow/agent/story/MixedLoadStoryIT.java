package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.agent.tls.Issuer.Issued;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rollouts lose no request, whatever kind of request it is.
class MixedLoadStoryIT {
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2090-01-01T00:00:00Z");

    /// `-Ddhow.test.rollouts=100` is the long form.
    @Test
    void rolloutsUnderMixedLoadLoseNoRequest() throws Exception {
        int port = FreePort.find();
        int tls = FreePort.find();
        try (Site site = new Site(TestEngine.shared()).proxied(port, tls, null)) {
            Issued pair = Issuer.root("Root").issue(Issuer.ec(), FROM, UNTIL, "localhost");
            Files.writeString(site.certs().resolve("app.pem"), pair.certificates());
            Files.writeString(site.certs().resolve("app.key"), pair.key());
            String app = site.engine.images().app();
            site.start().drop("mixed", version(app, 0)).settled("mixed");
            try (MixedLoad load = new MixedLoad(port, tls)) {
                int rounds = Integer.getInteger("dhow.test.rollouts", 5);
                for (int round = 1; round <= rounds; round++) {
                    List<String> before = site.running();
                    site.drop("mixed", version(app, round));
                    Await.until(
                            "all are new",
                            Duration.ofMinutes(5),
                            site::running,
                            now -> now.size() == 2 && now.stream().noneMatch(before::contains));
                    site.settled("mixed");
                }
                Await.until(
                        "each kind was asked",
                        () -> load.asked().values().stream().allMatch(count -> count.get() > 1));
                assertEquals(List.of(), load.end(), "of " + load.asked());
            }
        }
    }

    private static String version(String app, int number) {
        return Site.file(
                "mixed",
                app,
                "web",
                "replicas: 2",
                // The longest upload, on a machine that is busy with other tests.
                "drain_timeout: 2m",
                "proxy: {default: true, redirect_https: false, tls: {certificate: app.pem, key: app.key}}",
                "rollout: {monitor: 0s}",
                "environment: {A: '" + number + "'}");
    }
}
