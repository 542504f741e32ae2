package dev.dhow.agent.health;

import dev.dhow.api.status.CheckResult;
import org.jspecify.annotations.Nullable;

/// What the samples of one probe add up to, during one run of one container: a pure fold. A new run starts a new one.
///
/// @param fromStart whether this counts since the start of the run; if not, it may have been ready before
/// @param sent how many probes ended, whatever came of them
/// @param passed whether one ever succeeded
/// @param streak failures in a row
/// @param counted those of them that count: after the first success, or after the deadline
/// @param lost probes in a row that failed for a reason of ours and so say nothing
/// @param last null: no sample yet
record ProbeCounter(
        boolean fromStart,
        int sent,
        boolean passed,
        int streak,
        int counted,
        int lost,
        @Nullable CheckResult last) {
    /// Before the first sample.
    static ProbeCounter begin(boolean fromStart) {
        return new ProbeCounter(fromStart, 0, false, 0, 0, 0, null);
    }

    /// Takes a sample in. A timeout is a failure like any other.
    ///
    /// @param counts whether a failure counts although no sample succeeded yet: the container was
    ///     ready once in this run, or its deadline is over
    ProbeCounter with(CheckResult sample, boolean counts) {
        if (sample.ok()) {
            return new ProbeCounter(fromStart, sent + 1, true, 0, 0, 0, sample);
        }
        int added = passed || counts ? 1 : 0;
        return new ProbeCounter(fromStart, sent + 1, passed, streak + 1, counted + added, 0, sample);
    }

    /// A probe that could not be sent, for a reason that is not the container's: no sample.
    ProbeCounter withLost() {
        return new ProbeCounter(fromStart, sent + 1, passed, streak, counted, lost + 1, last);
    }

    /// Whether as many failures in a row count as `retries` allows.
    boolean failing(int retries) {
        return counted >= retries;
    }

    /// Whether it succeeded and has not failed too often since.
    boolean ready(int retries) {
        return passed && !failing(retries);
    }
}
