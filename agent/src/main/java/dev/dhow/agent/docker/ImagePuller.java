package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.dhow.agent.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Fetches images. A pull takes as long as it gets on; one that stands still is ended.
final class ImagePuller {
    private final EngineConnection connection;

    ImagePuller(EngineConnection connection) {
        this.connection = connection;
    }

    void pull(String image, @Nullable String platform) throws RuntimeFailure, InterruptedException {
        AtomicLong progress = new AtomicLong();
        String path = path(image, platform);
        connection.callWhileProgressing(
                Operation.PULL, image, progress::get, session -> session.pull(path, body -> follow(body, progress)));
    }

    /// A reference without tag and digest means `latest`; without the word the Engine would pull every tag.
    static String path(String image, @Nullable String platform) {
        boolean named = image.contains("@") || image.lastIndexOf(':') > image.lastIndexOf('/');
        String path = "/images/create?fromImage=" + encoded(named ? image : image + ":latest");
        return platform == null ? path : path + "&platform=" + encoded(platform);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// The answer is 200 as soon as the pull begins; its failure is a line of the stream.
    private static boolean follow(InputStream body, AtomicLong progress) throws IOException, EngineRefusal {
        try (MappingIterator<JsonNode> lines =
                EngineSession.JSON.readerFor(JsonNode.class).readValues(body)) {
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                progress.incrementAndGet();
                String error = line.path("error").asText("");
                if (!error.isEmpty()) {
                    throw new EngineRefusal(500, error);
                }
            }
        }
        return true;
    }
}
