package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The clients that speak with one Engine in one version of its API: one for control, one for the event stream, one for
/// pulls, so that a stream never holds a connection that control needs; and one for what an Engine that stops must not
/// be asked.
///
/// A session is used until the Engine may have gone; it closes when the last call that uses it is over.
final class EngineSession {
    static final ObjectMapper JSON = new ObjectMapper();

    private final ApiVersion version;
    private final DockerHttpClient control;
    private final DockerHttpClient events;
    private final DockerHttpClient pulls;
    private final DockerHttpClient starts;
    private final DockerClient typed;
    private final DockerClient starting;
    /// One for being current, and one for each call.
    private final AtomicInteger users = new AtomicInteger(1);

    EngineSession(URI address, ApiVersion version) {
        this.version = version;
        this.control = transport(address);
        this.events = transport(address);
        this.pulls = transport(address);
        this.starts = new UnpooledTransport(transport(address));
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(address.toString())
                .withDockerTlsVerify(false)
                .withApiVersion(version.toString())
                .build();
        this.typed = DockerClientImpl.getInstance(config, control);
        this.starting = DockerClientImpl.getInstance(config, starts);
    }

    static DockerHttpClient transport(URI address) {
        // No limit of connections: a call that finds none would wait for ever.
        return new ZerodepDockerHttpClient.Builder().dockerHost(address).build();
    }

    ApiVersion version() {
        return version;
    }

    /// docker-java's commands.
    DockerClient typed() {
        return typed;
    }

    /// docker-java's commands for what brings a container up, which an Engine that stops refuses.
    DockerClient starting() {
        return starting;
    }

    /// Reads a resource as a tree.
    JsonNode tree(String path) throws IOException, EngineRefusal {
        return stream(control, Request.Method.GET, path, Map.of(), JSON::readTree);
    }

    /// Reads a resource.
    <T> T get(String path, BodyReader<T> reader) throws IOException, EngineRefusal {
        return stream(control, Request.Method.GET, path, Map.of(), reader);
    }

    /// Pulls, and reads the progress.
    ///
    /// @param headers the registry's credentials
    <T> T pull(String path, Map<String, String> headers, BodyReader<T> reader) throws IOException, EngineRefusal {
        return stream(pulls, Request.Method.POST, path, headers, reader);
    }

    /// Opens the event stream; the caller closes it.
    Response openEvents(String path) throws IOException, EngineRefusal {
        return open(events, Request.Method.GET, versioned(path));
    }

    /// The Engine's clock, as HTTP writes it, to the second.
    @Nullable
    String serverDate() throws IOException, EngineRefusal {
        try (Response response = open(control, Request.Method.GET, versioned("/version"))) {
            // Read to its end, so that the connection can be used again.
            try (InputStream body = response.getBody()) {
                body.transferTo(OutputStream.nullOutputStream());
            }
            return response.getHeader("Date");
        }
    }

    private <T> T stream(
            DockerHttpClient client,
            Request.Method method,
            String path,
            Map<String, String> headers,
            BodyReader<T> reader)
            throws IOException, EngineRefusal {
        try (Response response = open(client, method, versioned(path), headers);
                InputStream body = response.getBody()) {
            return reader.read(body);
        }
    }

    private String versioned(String path) {
        return "/v" + version + path;
    }

    static Response open(DockerHttpClient client, Request.Method method, String path)
            throws IOException, EngineRefusal {
        return open(client, method, path, Map.of());
    }

    private static Response open(
            DockerHttpClient client, Request.Method method, String path, Map<String, String> headers)
            throws IOException, EngineRefusal {
        Response response = client.execute(Request.builder()
                .method(method)
                .path(path)
                .putAllHeaders(headers)
                .build());
        if (response.getStatusCode() < 400) {
            return response;
        }
        try (response;
                InputStream body = response.getBody()) {
            throw new EngineRefusal(
                    response.getStatusCode(), words(new String(body.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    /// The Engine's words in an answer such as `{"message":"No such container: x"}`.
    static String words(String body) {
        try {
            JsonNode message = JSON.readTree(body).path("message");
            return message.isTextual() ? message.asText() : body.strip();
        } catch (IOException e) {
            return body.strip();
        }
    }

    /// Takes part in it; false when it is closed.
    boolean enter() {
        return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /// Gives up the part in it. The last one closes it.
    void leave() {
        if (users.decrementAndGet() == 0) {
            close(control);
            close(events);
            close(pulls);
            close(starts);
        }
    }

    private static void close(DockerHttpClient client) {
        try {
            client.close();
        } catch (IOException e) {
            // Nobody can do anything about a socket that does not close.
        }
    }

    /// Reads an answer's body.
    @FunctionalInterface
    interface BodyReader<T> {
        T read(InputStream body) throws IOException, EngineRefusal;
    }
}
