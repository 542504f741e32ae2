package dev.dhow.agent;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.config.AgentConfigReader;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// `dhow agent`: reads the configuration and runs the agent until the process is told to end.
final class Daemon {
    private static final Path DEFAULT_CONFIG = Path.of("/etc/dhow/agent.yaml");

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
        Path file = written == null ? DEFAULT_CONFIG : written;
        try {
            return switch (AgentConfigReader.read(file.toString(), Files.readAllBytes(file))) {
                case AgentConfigReader.Result.Good good -> {
                    tell(good.warnings());
                    yield good.config();
                }
                case AgentConfigReader.Result.Bad bad -> {
                    tell(bad.problems());
                    yield null;
                }
            };
        } catch (NoSuchFileException e) {
            if (written == null) {
                return AgentConfig.DEFAULT;
            }
            err.println("error: %s: there is no such file; leave out --config for the defaults".formatted(file));
            return null;
        } catch (IOException e) {
            err.println("error: %s: cannot be read: %s".formatted(file, e));
            return null;
        }
    }

    private void tell(List<Problem> problems) {
        problems.forEach(problem -> err.println(problem.render()));
    }
}
