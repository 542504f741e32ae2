package dev.dhow.agent;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// `dhow agent`: reads the configuration and runs the agent until the process is told to end.
final class Daemon {
    private final PrintStream err;

    Daemon(PrintStream err) {
        this.err = err;
    }

    /// @param written the configuration that was asked for; null: the default one, which may be missing
    /// @return the exit code
    int run(@Nullable Path written) throws InterruptedException {
        AgentConfig config = config(written);
        if (config == null) {
            return 1;
        }
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        // The JVM dies when its hooks are through, so this one waits until the agent has closed.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(end, ended), "shutdown"));
        try (Agent _ = Agent.start(config)) {
            end.await();
            return 0;
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
            return 1;
        } finally {
            ended.countDown();
        }
    }

    private static void stop(CountDownLatch end, CountDownLatch ended) {
        end.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable AgentConfig config(@Nullable Path written) {
        try {
            return ConfigFile.read(written, this::tell);
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
            return null;
        }
    }

    private void tell(Problem problem) {
        err.println(problem.render());
    }
}
