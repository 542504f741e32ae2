package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.dhow.agent.registry.Credentials;
import dev.dhow.agent.registry.Credentials.Answer;
import dev.dhow.agent.runtime.PullListener;
import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.ImageName;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Fetches images. A pull takes as long as it gets on; one that stands still is ended. Credentials and free space are
/// looked at anew for each.
final class ImagePuller {
    private static final int AT_ONCE = 2;

    private final EngineConnection connection;
    private final Credentials credentials;
    private final PullListener listener;
    private final Duration patience;
    private final EngineImages images;
    private final EngineDisk disk;
    private final SharedPulls shared = new SharedPulls(AT_ONCE);

    /// @param patience how long a pull may stand still
    ImagePuller(EngineConnection connection, Credentials credentials, PullListener listener, Duration patience) {
        this.connection = connection;
        this.credentials = credentials;
        this.listener = listener;
        this.patience = patience;
        this.images = new EngineImages(connection);
        this.disk = new EngineDisk(connection);
    }

    void pull(String image, @Nullable String platform) throws RuntimeFailure, InterruptedException {
        shared.pull(image, platform, meter -> fetch(image, platform, meter));
    }

    Map<String, PullProgress> progress() {
        return shared.progress();
    }

    private void fetch(String image, @Nullable String platform, PullMeter meter)
            throws RuntimeFailure, InterruptedException {
        try {
            disk.check(image);
            Answer login = credentials.find(ImageName.parse(image).registry());
            if (login instanceof Answer.Broken(String why)) {
                throw PullFailures.unusable(image, why);
            }
            Optional<Set<String>> before = here();
            stream(image, platform, login, meter);
            ImageFacts facts = images.find(image).orElseThrow(() -> PullFailures.vanished(image));
            listener.pulled(
                    image,
                    facts.id(),
                    before.map(ids -> ids.contains(facts.id())).orElse(true));
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.DISK_FULL) {
                listener.spaceWanted();
            }
            throw e;
        }
    }

    /// The images that are here; empty where Docker does not say in time, and then none counts as new.
    private Optional<Set<String>> here() throws RuntimeFailure, InterruptedException {
        try {
            return Optional.of(images.ids());
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void stream(String image, @Nullable String platform, Answer login, PullMeter meter)
            throws RuntimeFailure, InterruptedException {
        String path = path(image, platform);
        Map<String, String> headers = headers(login, ImageName.parse(image).registry());
        try {
            connection.callWhileProgressing(Operation.PULL, image, patience, meter::moves, session -> {
                try {
                    return session.pull(path, headers, body -> follow(body, meter));
                } catch (EngineRefusal refusal) {
                    throw PullFailures.refused(image, refusal, login);
                }
            });
        } catch (RuntimeFailure e) {
            throw e.kind() == Kind.TIMEOUT && engineAnswers()
                    ? PullFailures.stalled(image, patience, meter.progress(), e)
                    : e;
        }
    }

    /// Whether it is the registry that does not answer.
    private boolean engineAnswers() throws InterruptedException {
        try {
            connection.call(Operation.VERSION, "", session -> session.tree("/version"));
            return true;
        } catch (RuntimeFailure e) {
            return false;
        }
    }

    private static Map<String, String> headers(Answer login, String registry) {
        return login instanceof Answer.Found(var found, String _)
                ? Map.of("X-Registry-Auth", found.header(registry).value())
                : Map.of();
    }

    /// A reference without tag and digest means `latest`; without the word the Engine would pull every
    /// tag.
    static String path(String image, @Nullable String platform) {
        boolean named = image.contains("@") || image.lastIndexOf(':') > image.lastIndexOf('/');
        String path = "/images/create?fromImage=" + encoded(named ? withoutIdleTag(image) : image + ":latest");
        return platform == null ? path : path + "&platform=" + encoded(platform);
    }

    /// A tag beside a digest means nothing, and not every Engine takes both.
    static String withoutIdleTag(String reference) {
        int at = reference.indexOf('@');
        int colon = at < 0 ? -1 : reference.lastIndexOf(':', at);
        return colon > reference.lastIndexOf('/', Math.max(at, 0))
                ? reference.substring(0, colon) + reference.substring(at)
                : reference;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// The answer is 200 as soon as the pull begins; its failure is a line of the stream.
    private static boolean follow(InputStream body, PullMeter meter) throws IOException, EngineRefusal {
        try (MappingIterator<JsonNode> lines =
                EngineSession.JSON.readerFor(JsonNode.class).readValues(body)) {
            while (lines.hasNextValue()) {
                JsonNode line = lines.nextValue();
                meter.line(line);
                // Engines write both, and have said to drop the first since their first years.
                String detail = line.path("errorDetail").path("message").asText("");
                String error = detail.isEmpty() ? line.path("error").asText("") : detail;
                if (!error.isEmpty()) {
                    throw new EngineRefusal(
                            line.path("errorDetail").path("code").asInt(500), error);
                }
            }
        }
        return true;
    }
}
