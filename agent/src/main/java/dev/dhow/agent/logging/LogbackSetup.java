package dev.dhow.agent.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Sets logback up; found by its service file. Ours tell INFO, libraries WARN. The variable `DHOW_LOG` sets another
/// level for ours: `debug`, `info`, `warn`, `error` or `off`.
@ConfiguratorRank(value = ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogbackSetup extends ContextAwareBase implements Configurator {
    /// docker-java tells an error for each stream that ends, which is what streams do, and on lower levels
    /// whole requests
    /// with the environment in them: nothing of it may come out. Its failures reach us as exceptions.
    private static final String DOCKER_JAVA = "com.github.dockerjava";
    /// Vert.x tells an error for each connection that breaks with nobody on it, as clients and containers do all day.
    /// What breaks a request reaches us as its failure, and is counted.
    private static final String CONNECTIONS = "io.vertx.core.net.impl.ConnectionBase";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        setUp(context, System.getenv("DHOW_LOG"));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /// @param level for our own loggers; null or unknown: INFO
    static void setUp(LoggerContext context, @Nullable String level) {
        LineLayout layout = new LineLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget(ConsoleTarget.SystemErr.getName());
        stderr.setEncoder(encoder);
        stderr.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(stderr);
        root.setLevel(Level.WARN);
        context.getLogger("dev.dhow").setLevel(Level.toLevel(level, Level.INFO));
        context.getLogger(DOCKER_JAVA).setLevel(Level.OFF);
        context.getLogger(CONNECTIONS).setLevel(Level.OFF);
    }
}
