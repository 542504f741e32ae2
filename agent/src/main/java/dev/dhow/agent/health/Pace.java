package dev.dhow.agent.health;

import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How often a probe is sent, how long it may take and how many failures in a row count.
///
/// @param interval between the starts of two probes of a container that is or was ready
/// @param timeout of one probe, from dialling to the end of the answer
/// @param retries failures in a row that make a ready container unready, 1 or more
/// @param startInterval the longest time between two probes of a container that starts
public record Pace(Duration interval, Duration timeout, int retries, Duration startInterval) {
    /// Where the file says nothing.
    public static final Pace DEFAULT = of(HealthSpec.UNSET);

    /// The first wait of a container that starts: by then a small process listens.
    static final Duration FIRST = Duration.ofMillis(20);

    /// How long the first probes of a start wait for a connection. A SYN sent before the container's
    /// network is up
    /// is lost or waits for ARP, and the kernel repeats both after 1 s only: dialling anew is quicker than
    /// that.
    /// Probes start after Docker said running, so that this is rare to begin with.
    static final Duration FIRST_CONNECT = Duration.ofMillis(300);

    /// How many probes of a start are dialled that impatiently; a host that is truly slow gets the whole
    /// `timeout`.
    private static final int IMPATIENT = 8;

    /// A start is noticed a tenth of the time later than it could be, at most. Most of these probes find nobody who
    /// listens, which costs less than a millisecond of CPU.
    private static final double GROWTH = 1.1;

    private static final double JITTER = 0.1;

    /// The pace that the file asks for.
    static Pace of(HealthSpec spec) {
        Integer retries = spec.retries();
        return new Pace(
                or(spec.interval(), Defaults.CHECK_INTERVAL),
                or(spec.timeout(), Defaults.CHECK_TIMEOUT),
                Math.max(1, retries == null ? Defaults.CHECK_RETRIES : retries),
                or(spec.startInterval(), Defaults.CHECK_START_INTERVAL));
    }

    /// How long to wait before the next probe.
    ///
    /// While a container starts: from [#FIRST] growing to `start_interval`. Afterwards `interval`, give or
    /// take a tenth so that the probes of many containers spread; also after a failure, because
    /// `interval` times `retries` is what the user reckoned with.
    ///
    /// @param sent how many probes this run of the container has had
    /// @param settled it was ready once, or its deadline is over
    Duration nextDelay(int sent, boolean settled, RandomGenerator random) {
        if (settled) {
            return scaled(interval, 1 - JITTER + 2 * JITTER * random.nextDouble());
        }
        Duration grown = scaled(FIRST, Math.pow(GROWTH, Math.min(sent, 60)));
        return grown.compareTo(startInterval) < 0 ? grown : startInterval;
    }

    /// How long to wait before the next probe of a container that was ready and that a rollout decides by: at
    /// `interval` its failures would add up only after `monitor` is over.
    Duration provingDelay() {
        return interval.compareTo(startInterval) < 0 ? interval : startInterval;
    }

    /// How long to wait before the first probe of a container that had been up for long when it was first
    /// seen: at
    /// random within `start_interval`, because an agent that starts sees all of them at once.
    Duration firstDelayOfOld(RandomGenerator random) {
        return scaled(startInterval, random.nextDouble());
    }

    /// How long that probe may take to connect.
    ///
    /// @param sent how many probes this run of the container has had
    Duration connectTimeout(int sent, boolean settled) {
        boolean impatient = !settled && sent < IMPATIENT && FIRST_CONNECT.compareTo(timeout) < 0;
        return impatient ? FIRST_CONNECT : timeout;
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }

    private static Duration or(@Nullable Duration written, Duration otherwise) {
        return written == null ? otherwise : written;
    }
}
