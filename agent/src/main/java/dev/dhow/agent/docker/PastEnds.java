package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the process of a container ended that Docker has started again since, maybe before anybody looked: an inspect
/// tells only when. The Engine remembers its last few hundred events, and the one of the end has the exit code.
final class PastEnds {
    private static final Logger log = LoggerFactory.getLogger(PastEnds.class);
    /// The event comes after the time that the Engine notes as the end, but the clock may be set meanwhile.
    private static final Duration EARLIER = Duration.ofSeconds(2);

    private final EngineConnection connection;

    PastEnds(EngineConnection connection) {
        this.connection = connection;
    }

    /// Adds the exit code, where Docker restarted it and the Engine remembers the end.
    ///
    /// @param before its last reading
    ObservedContainer complete(ObservedContainer read, @Nullable ObservedContainer before)
            throws RuntimeFailure, InterruptedException {
        Instant finished = read.finishedAt();
        Instant started = read.startedAt();
        if (read.exitCode() != ObservedContainer.FORGOTTEN || finished == null || started == null) {
            return read;
        }
        if (before != null && finished.equals(before.finishedAt())) {
            return read.ended(before.exitCode(), before.oomKilled());
        }
        if (read.restartCount() == 0) {
            return read;
        }
        OptionalInt code = code(read, path(read.id(), finished.minus(EARLIER), started));
        return code.isPresent() ? read.ended(code.getAsInt(), read.oomKilled()) : read;
    }

    /// The start ends the time that is asked for: events that may come yet would be waited for.
    private static String path(String id, Instant since, Instant until) {
        Map<String, List<String>> filters =
                Map.of("type", List.of("container"), "event", List.of("die"), "container", List.of(id));
        return "/events?since=%s&until=%s&filters=%s"
                .formatted(stamp(since), stamp(until), EngineReader.filters(filters));
    }

    private static String stamp(Instant at) {
        return "%d.%09d".formatted(at.getEpochSecond(), at.getNano());
    }

    private OptionalInt code(ObservedContainer container, String path) throws RuntimeFailure, InterruptedException {
        try {
            return connection.call(Operation.EVENTS, container.name(), s -> s.get(path, PastEnds::last));
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            // Everything else is known of it.
            log.atDebug()
                    .addKeyValue("container", container.name())
                    .addKeyValue("error", e.getMessage())
                    .log("how it ended cannot be read");
            return OptionalInt.empty();
        }
    }

    private static OptionalInt last(InputStream body) throws IOException {
        OptionalInt code = OptionalInt.empty();
        try (MappingIterator<JsonNode> events =
                EngineSession.JSON.readerFor(JsonNode.class).readValues(body)) {
            while (events.hasNextValue()) {
                JsonNode told =
                        events.nextValue().path("Actor").path("Attributes").path("exitCode");
                code = told.asText().matches("\\d{1,3}") ? OptionalInt.of(told.asInt()) : OptionalInt.empty();
            }
        }
        return code;
    }
}
