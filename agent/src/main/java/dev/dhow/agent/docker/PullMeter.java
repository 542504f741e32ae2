package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.PullProgress;
import java.util.HashMap;
import java.util.Map;

/// Adds up what the Engine tells of one pull, line by line. Filled by the thread that reads; the sum may be read by
/// any.
final class PullMeter {
    private final Map<String, Layer> layers = new HashMap<>();
    private volatile PullProgress progress = PullProgress.ASKING;
    /// What was said last of each layer, and of the whole under the empty id.
    private final Map<String, String> said = new HashMap<>();
    private volatile long moves;

    /// How far one layer is.
    private enum Phase {
        KNOWN,
        DOWNLOADING,
        RETRYING,
        DOWNLOADED,
        UNPACKING,
        DONE
    }

    private record Layer(Phase phase, long done, long total) {}

    /// Takes a line such as
    /// `{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"3f2a9c10ab12"}`.
    void line(JsonNode line) {
        String status = line.path("status").asText("");
        Phase phase = phase(status);
        String id = line.path("id").asText("");
        String words = status + line.path("progressDetail");
        if (!words.equals(said.put(id, words))) {
            moves++;
        }
        if (phase == null || id.isEmpty()) {
            return;
        }
        Layer before = layers.getOrDefault(id, new Layer(Phase.KNOWN, 0, 0));
        layers.put(id, next(before, phase, line.path("progressDetail")));
        progress = sum();
    }

    private static @org.jspecify.annotations.Nullable Phase phase(String status) {
        return switch (status) {
            case "Pulling fs layer", "Waiting" -> Phase.KNOWN;
            case "Downloading" -> Phase.DOWNLOADING;
            case "Verifying Checksum", "Download complete" -> Phase.DOWNLOADED;
            case "Extracting" -> Phase.UNPACKING;
            case "Pull complete", "Already exists" -> Phase.DONE;
            default -> status.startsWith("Retrying in") ? Phase.RETRYING : null;
        };
    }

    private static Layer next(Layer before, Phase phase, JsonNode detail) {
        if (phase == Phase.DOWNLOADING) {
            long current = detail.path("current").asLong();
            // Without a size the registry told none; later Engines then count on without it.
            return new Layer(
                    phase, current, Math.max(current, detail.path("total").asLong()));
        }
        if (phase == Phase.UNPACKING && before.total() == 0) {
            // It came so fast that no line told of its download.
            long size = detail.path("total").asLong();
            return new Layer(phase, size, size);
        }
        boolean whole = phase.compareTo(Phase.DOWNLOADED) >= 0;
        return new Layer(phase, whole ? before.total() : before.done(), before.total());
    }

    private PullProgress sum() {
        long done = 0;
        long total = 0;
        int doneLayers = 0;
        boolean downloading = false;
        boolean retrying = false;
        for (Layer layer : layers.values()) {
            done += layer.done();
            total += layer.total();
            doneLayers += layer.phase() == Phase.DONE ? 1 : 0;
            downloading |= layer.phase().compareTo(Phase.DOWNLOADED) < 0;
            retrying |= layer.phase() == Phase.RETRYING;
        }
        String doing = retrying ? "trying a layer again" : downloading ? "downloading" : "unpacking";
        return new PullProgress(done, total, doneLayers, layers.size(), doing);
    }

    PullProgress progress() {
        return progress;
    }

    /// A number that grows when a line says something new. An Engine with containerd's images repeats its
    /// lines ten times a second, whether anything moves or not.
    long moves() {
        return moves;
    }
}
