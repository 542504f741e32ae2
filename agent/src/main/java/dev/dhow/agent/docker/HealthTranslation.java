package dev.dhow.agent.docker;

import com.github.dockerjava.api.model.HealthCheck;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which part of a role's `healthcheck` is Docker's business.
final class HealthTranslation {
    private HealthTranslation() {}

    /// Empty: the image's HEALTHCHECK, if it has one, stays as it is.
    static Optional<HealthCheck> of(RoleSpec role, ApiVersion api) {
        HealthSpec spec = role.health();
        if (spec.disable()) {
            return Optional.of(new HealthCheck().withTest(List.of("NONE")));
        }
        if (spec.test() != null) {
            return Optional.of(timed(new HealthCheck().withTest(spec.test()), spec, api));
        }
        boolean checkedByUs = role.proxied() || spec.http() != null || spec.tcp() != null;
        if (checkedByUs || !timings(spec)) {
            return Optional.empty();
        }
        // Without a test of its own Docker keeps the image's, with these timings.
        return Optional.of(timed(new HealthCheck(), spec, api));
    }

    private static boolean timings(HealthSpec spec) {
        return spec.interval() != null
                || spec.timeout() != null
                || spec.retries() != null
                || spec.startPeriod() != null
                || spec.startInterval() != null;
    }

    private static HealthCheck timed(HealthCheck check, HealthSpec spec, ApiVersion api) {
        check.withInterval(nanos(spec.interval()))
                .withTimeout(nanos(spec.timeout()))
                .withRetries(spec.retries())
                .withStartPeriod(nanos(spec.startPeriod()));
        return api.atLeast(ApiVersion.START_INTERVAL) ? check.withStartInterval(nanos(spec.startInterval())) : check;
    }

    private static @Nullable Long nanos(@Nullable Duration duration) {
        return duration == null ? null : duration.toNanos();
    }
}
