package dev.dhow.agent.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.LimitSpec;
import dev.dhow.api.spec.ContainerSpec.Logging;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.Defaults;
import java.util.Locale;

/// What a container may use and do, how it is restarted and where its output goes.
final class LimitTranslation {
    private LimitTranslation() {}

    static void apply(ContainerSpec spec, HostConfig config) {
        ProcessSpec process = spec.process();
        LimitSpec limits = spec.limits();
        config.withRestartPolicy(restart(Defaults.restart(spec)))
                .withLogConfig(logging(Defaults.logging(spec)))
                .withInit(process.init())
                .withNanoCPUs(limits.nanoCpus())
                .withCpuShares(limits.cpuShares())
                .withMemory(limits.memLimit())
                .withMemoryReservation(limits.memReservation())
                .withMemorySwap(limits.memswapLimit())
                .withPidsLimit(limits.pidsLimit());
        if (!process.groupAdd().isEmpty()) {
            config.withGroupAdd(process.groupAdd());
        }
        if (!process.capDrop().isEmpty()) {
            config.withCapDrop(
                    process.capDrop().stream().map(LimitTranslation::capability).toArray(Capability[]::new));
        }
        if (!limits.ulimits().isEmpty()) {
            config.withUlimits(limits.ulimits().stream()
                    .map(limit -> new Ulimit(limit.name(), limit.soft(), limit.hard()))
                    .toList());
        }
    }

    private static RestartPolicy restart(Restart restart) {
        return switch (restart.mode()) {
            case NO -> RestartPolicy.noRestart();
            case ON_FAILURE -> RestartPolicy.onFailureRestart(restart.maxRetries());
            // Not Docker's `always`, which starts kept and failed containers when Docker itself starts. What has to run
            // and does not, the agent starts.
            case ALWAYS, UNLESS_STOPPED -> RestartPolicy.unlessStoppedRestart();
        };
    }

    private static LogConfig logging(Logging logging) {
        LogConfig.LoggingType type = LogConfig.LoggingType.fromValue(logging.driver());
        if (type == null) {
            throw new UntranslatableException("logging driver \"%s\" is unknown".formatted(logging.driver()));
        }
        return new LogConfig(type, logging.options());
    }

    static Capability capability(String word) {
        String name = word.toUpperCase(Locale.ROOT);
        try {
            return Capability.valueOf(name.startsWith("CAP_") ? name.substring(4) : name);
        } catch (IllegalArgumentException e) {
            throw new UntranslatableException("capability \"%s\" is unknown".formatted(word));
        }
    }
}
