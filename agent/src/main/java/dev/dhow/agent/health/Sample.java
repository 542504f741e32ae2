package dev.dhow.agent.health;

import dev.dhow.api.status.CheckResult;
import java.time.Duration;
import java.time.Instant;

/// How one probe ended.
///
/// @param word for metrics: `success`, `failure` or `timeout`
/// @param took from dialling to the end
record Sample(CheckResult result, String word, Duration took) {
    /// An answer that passes or not.
    static Sample answer(CheckResult result, Duration took) {
        return new Sample(result, result.ok() ? "success" : "failure", took);
    }

    /// No answer.
    ///
    /// @param detail what the fault's words leave open; empty: nothing
    static Sample fault(Check.Probe probe, Fault fault, String detail, Instant at, Duration took) {
        String error = detail.isEmpty() ? fault.words() : fault.words() + ": " + Words.tame(detail, 200);
        CheckResult result = new CheckResult(
                probe.kind(), false, at, probe.url(), null, null, null, error, Hints.fault(fault, probe));
        return new Sample(result, fault.timeout() ? "timeout" : "failure", took);
    }
}
