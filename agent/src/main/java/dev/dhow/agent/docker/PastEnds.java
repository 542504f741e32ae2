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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the process of a container ended that Docker has started again since, maybe before anybody looked: an inspect
/// tells only when. The Engine remembers its last few hundred events: the one of the end has the exit code, and one
/// before it tells that memory ran out, which an inspect forgets with the next start.
final class PastEnds {
    private static final Logger log = LoggerFactory.getLogger(PastEnds.class);
    /// The event comes after the time that the Engine notes as the end, but the clock may be set meanwhile.
    private static final Duration EARLIER = Duration.ofSeconds(2);

    private final EngineConnection connection;

    PastEnds(EngineConnection connection) {
        this.connection = connection;
    }

    /// What the events tell of an end.
    record End(int code, boolean oomKilled) {}

    /// Adds the exit code and whether memory ran out, where Docker restarted it and the Engine remembers the end.
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
        return end(read, path(read.id(), finished.minus(EARLIER), started))
                .map(end -> read.ended(end.code(), end.oomKilled()))
                .orElse(read);
    }

    /// The start ends the time that is asked for: events that may come yet would be waited for. So they
    /// are where the clock was set back since; then the call ends at its limit.
    private static String path(String id, Instant since, Instant until) {
        Map<String, List<String>> filters =
                Map.of("type", List.of("container"), "event", List.of("die", "oom"), "container", List.of(id));
        return "/events?since=%s&until=%s&filters=%s"
                .formatted(LogFrames.stamp(since), LogFrames.stamp(until), EngineReader.filters(filters));
    }

    private Optional<End> end(ObservedContainer container, String path) throws RuntimeFailure, InterruptedException {
        try {
            return connection.call(Operation.PAST_EVENTS, container.name(), s -> s.get(path, PastEnds::last));
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            // Everything else is known of it.
            log.atDebug()
                    .addKeyValue("container", container.name())
                    .addKeyValue("error", e.getMessage())
                    .log("how it ended cannot be read");
            return Optional.empty();
        }
    }

    /// The last end in a stream of events, where there is one that has an exit code.
    static Optional<End> last(InputStream body) throws IOException {
        Optional<End> end = Optional.empty();
        boolean oom = false;
        try (MappingIterator<JsonNode> events =
                EngineSession.JSON.readerFor(JsonNode.class).readValues(body)) {
            while (events.hasNextValue()) {
                JsonNode event = events.nextValue();
                if (event.path("Action").asText().equals("oom")) {
                    oom = true;
                    continue;
                }
                JsonNode code = event.path("Actor").path("Attributes").path("exitCode");
                end = code.asText().matches("\\d{1,3}") ? Optional.of(new End(code.asInt(), oom)) : Optional.empty();
                oom = false;
            }
        }
        // The Engine learns of both from different places. Nothing ran any more that this could be of.
        return oom ? end.map(told -> new End(told.code(), true)) : end;
    }
}
