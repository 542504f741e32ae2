package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import dev.dhow.agent.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the Engine's event stream for as long as it is open, and opens it again whenever it ends.
///
/// Whatever happened while it was not open is not looked for: [Handler#opened] says that everything has to be read
/// again. The stream begins a little in the past by the Engine's own clock, so that nothing falls between the Engine's
/// answer and its subscribing.
final class EngineEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EngineEvents.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final int LOOK_BACK_SECONDS = 3;

    /// Execs of health checks would be three events each; the Engine leaves out what is not named. It matches
    /// `health_status` by its beginning, and then all others too: none of them begins an `exec_…`.
    private static final Map<String, List<String>> FILTERS = Map.of(
            "type", List.of("container", "image", "network", "volume"),
            "event",
                    List.of(
                            "create",
                            "start",
                            "die",
                            "oom",
                            "stop",
                            "pause",
                            "unpause",
                            "rename",
                            "update",
                            "destroy",
                            "remove",
                            "health_status",
                            "connect",
                            "disconnect",
                            "pull",
                            "import",
                            "load",
                            "tag",
                            "untag",
                            "delete"));

    private final EngineConnection connection;
    private final Handler handler;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// Told of what arrives, on the stream's thread.
    interface Handler {
        /// The stream is open: everything may have changed before.
        void opened();

        /// The stream ended: the Engine may be gone.
        void ended();

        /// Something happened.
        void event(JsonNode event);
    }

    EngineEvents(EngineConnection connection, Handler handler) {
        this.connection = connection;
        this.handler = handler;
        this.thread = Thread.ofVirtual().name("docker-events").start(this::follow);
    }

    private void follow() {
        Duration wait = FIRST_WAIT;
        boolean reported = false;
        try {
            while (!closed.await(0, TimeUnit.NANOSECONDS)) {
                try {
                    readOnce();
                    wait = FIRST_WAIT;
                    reported = false;
                } catch (RuntimeFailure e) {
                    if (!reported) {
                        log.atWarn().addKeyValue("error", e.getMessage()).log("docker events cannot be followed");
                    }
                    reported = true;
                }
                if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
            }
        } catch (InterruptedException e) {
            // close() asks for it.
            Thread.currentThread().interrupt();
        }
    }

    /// Opens the stream and reads it to its end, which is no failure.
    private void readOnce() throws RuntimeFailure, InterruptedException {
        String path = connection.call(Operation.EVENTS, "", EngineEvents::path);
        try (Response response = connection.call(Operation.EVENTS, "", s -> s.openEvents(path));
                InputStream body = response.getBody()) {
            handler.opened();
            // Already to make the iterator waits for the first event.
            try (MappingIterator<JsonNode> events =
                    EngineSession.JSON.readerFor(JsonNode.class).readValues(body)) {
                while (events.hasNextValue()) {
                    handler.event(events.nextValue());
                }
            }
        } catch (IOException | RuntimeException e) {
            // docker-java's transport wraps what the socket throws.
            log.atDebug().addKeyValue("error", e.toString()).log("docker events ended");
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        handler.ended();
    }

    private static String path(EngineSession session) throws IOException, EngineRefusal {
        return "/events?since=%d&filters=%s".formatted(since(session.serverDate()), EngineReader.filters(FILTERS));
    }

    /// Docker's own clock, whatever this process believes; without it all that the Engine still remembers,
    /// a few
    /// hundred events.
    private static long since(@Nullable String date) {
        if (date == null) {
            return Instant.EPOCH.getEpochSecond();
        }
        try {
            return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toEpochSecond()
                    - LOOK_BACK_SECONDS;
        } catch (DateTimeParseException e) {
            return Instant.EPOCH.getEpochSecond();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
