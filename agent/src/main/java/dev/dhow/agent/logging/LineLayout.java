package dev.dhow.agent.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// `INFO 2026-11-20T10:00:00.123Z reconcile.Loop container started service=shop role=web`
///
/// One event is one line whatever it holds, so that a line of the log is never somebody else's text: what comes from
/// files, containers or the engine is a value, and values are quoted and escaped where they are more than a word.
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final String OURS = "dev.dhow.agent.";
    private static final int FRAMES = 12;

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(event.getLevel()).append(' ');
        TIME.formatTo(event.getInstant(), line);
        String logger = event.getLoggerName();
        line.append(' ').append(logger.startsWith(OURS) ? logger.substring(OURS.length()) : logger);
        line.append(' ');
        escape(event.getFormattedMessage(), line);
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.stream()
                    .filter(pair -> pair.value != null)
                    .forEach(pair -> value(pair.key, pair.value.toString(), line));
        }
        failure(event.getThrowableProxy(), line);
        return line.append('\n').toString();
    }

    private static void failure(@Nullable IThrowableProxy thrown, StringBuilder line) {
        if (thrown == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        StringBuilder place = new StringBuilder();
        for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
            text.append(text.isEmpty() ? "" : "; caused by ").append(cause.getClassName());
            if (cause.getMessage() != null) {
                text.append(": ").append(cause.getMessage());
            }
            place.setLength(0); // the innermost tells where it began
            StackTraceElementProxy[] frames = cause.getStackTraceElementProxyArray();
            for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
                place.append(i == 0 ? "" : " < ").append(frames[i].getStackTraceElement());
            }
        }
        value("exception", text.toString(), line);
        value("at", place.toString(), line);
    }

    private static void value(String key, String value, StringBuilder line) {
        line.append(' ').append(key).append('=');
        boolean word = !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != 127);
        if (word) {
            escape(value, line);
        } else {
            line.append('"');
            escape(value.replace("\\", "\\\\").replace("\"", "\\\""), line);
            line.append('"');
        }
    }

    private static void escape(String text, StringBuilder line) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        line.append("\\u%04x".formatted(c));
                    } else {
                        line.appendCodePoint(c);
                    }
                }
            }
        });
    }
}
