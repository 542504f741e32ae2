package dev.dhow.agent.health;

import io.vertx.core.Future;
import java.time.Duration;

/// Carries out one probe.
@FunctionalInterface
interface Prober {
    /// Sends it. To be called on a Vert.x context: a Vert.x client driven from any other thread loses answers.
    ///
    /// @param connectTimeout of dialling alone; the probe's own timeout is for all of it
    /// @return a sample; failed: it could not be sent, for a reason of ours, which is no sample
    Future<Sample> probe(Check.Probe check, Duration connectTimeout);
}
