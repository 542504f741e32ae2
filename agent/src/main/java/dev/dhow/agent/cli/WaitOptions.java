package dev.dhow.agent.cli;

import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Quantities;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How a command waits for what it began.
final class WaitOptions {
    @Option(
            names = "--wait",
            description = "Follow it to its end: exits with 0 when it is available, 5 when it was rolled back and the"
                    + " old version is ready again, 6 when the time is over.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10m",
            converter = DurationText.class,
            description = "How long to wait, such as 90s; 10m without it. The rollout goes on after it.")
    private Duration timeout = Duration.ofMinutes(10);

    boolean wanted() {
        return wait;
    }

    Duration timeout() {
        return timeout;
    }

    /// Reads durations as service files have them.
    static final class DurationText implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return switch (Quantities.duration(text)) {
                case Read.Good<Duration>(Duration value) -> value;
                case Read.Bad<Duration>(String message) -> throw new TypeConversionException(message);
            };
        }
    }
}
