package dev.dhow.agent.metrics;

import dev.dhow.agent.runtime.RuntimeFailure;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// How the engine answers.
final class DockerMetrics {
    private static final double[] CALL_SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 30
    };
    private static final double[] PULL_SECONDS = {0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800};

    private final Meters meters;
    private final Timer pullDuration;
    private volatile boolean up;

    DockerMetrics(Meters meters) {
        this.meters = meters;
        meters.gauge(
                "dhow.docker.up",
                "Whether Docker answered the last time it was asked: 1 yes, 0 no.",
                () -> up ? 1 : 0);
        pullDuration = meters.timer("dhow.image.pull.duration", "How long a pull took.", PULL_SECONDS);
        countPull("success", 0);
        for (RuntimeFailure.Kind kind : RuntimeFailure.Kind.values()) {
            countPull(kind.label(), 0);
        }
    }

    void up(boolean answers) {
        up = answers;
    }

    void called(String operation, String result, Duration took) {
        meters.counter(
                        "dhow.docker.requests",
                        "Calls of the engine, by operation and result.",
                        "operation",
                        operation,
                        "result",
                        result)
                .increment();
        meters.timer(
                        "dhow.docker.request.duration",
                        "How long a call of the engine took.",
                        CALL_SECONDS,
                        "operation",
                        operation)
                .record(took);
    }

    void pulled(String result, Duration took) {
        countPull(result, 1);
        pullDuration.record(took);
    }

    private void countPull(String result, int by) {
        meters.counter("dhow.image.pulls", "Pulls of images, by how they ended.", "result", result)
                .increment(by);
    }
}
