package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DiskSpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The disk that the Engine stores images on, as far as its place can be seen from here.
final class EngineDisk {
    /// A pull needs this much at least: it holds a layer packed and unpacked at once.
    static final long LEAST_FREE = 500L << 20;
    /// Full disks are slow and hurt their neighbours, so that a twentieth stays free...
    static final int LEAST_FREE_PERCENT = 5;
    /// ...but of a large disk no more than this.
    static final long MOST_ASKED = 5L << 30;

    /// Where containerd keeps images, when the Engine leaves them to a containerd of the system.
    private static final Path CONTAINERD = Path.of("/var/lib/containerd");

    private final EngineConnection connection;

    EngineDisk(EngineConnection connection) {
        this.connection = connection;
    }

    /// The fullest of the places; empty: none can be seen.
    Optional<DiskSpace> space() throws RuntimeFailure, InterruptedException {
        return places().stream()
                .flatMap(place -> StatVfs.of(place).stream())
                .max(Comparator.comparingInt(DiskSpace::usedPercent));
    }

    /// Refuses a pull that would fill the disk. Where Docker does not say in time where its disk is, the pull may try.
    void check(String image) throws RuntimeFailure, InterruptedException {
        List<Path> places;
        try {
            places = places();
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            return;
        }
        for (Path place : places) {
            Optional<String> lack = StatVfs.of(place).flatMap(EngineDisk::lack);
            if (lack.isPresent()) {
                throw new RuntimeFailure(
                        Kind.DISK_FULL,
                        "pull %s: not begun, because %s on the disk of %s, where Docker keeps images; make room: `docker system df` shows what Docker holds"
                                .formatted(image, lack.get(), place));
            }
        }
    }

    /// What is too little for a pull; empty: nothing.
    static Optional<String> lack(DiskSpace space) {
        long needed = Math.clamp(space.total() / 100 * LEAST_FREE_PERCENT, LEAST_FREE, MOST_ASKED);
        if (space.free() < needed) {
            return Optional.of(
                    "%d MB are free and %d MB must be".formatted(space.free() >> 20, Math.ceilDiv(needed, 1L << 20)));
        }
        return space.freeInodesPercent() < LEAST_FREE_PERCENT
                ? Optional.of("%d %% of the inodes are free and %d %% must be"
                        .formatted(space.freeInodesPercent(), LEAST_FREE_PERCENT))
                : Optional.empty();
    }

    private List<Path> places() throws RuntimeFailure, InterruptedException {
        JsonNode info = connection.call(Operation.INFO, "", session -> session.tree("/info"));
        List<Path> places = new ArrayList<>();
        String root = info.path("DockerRootDir").asText("");
        if (root.startsWith("/")) {
            places.add(Path.of(root));
        }
        for (JsonNode pair : info.path("DriverStatus")) {
            if (pair.path(0).asText().equals("driver-type")
                    && pair.path(1).asText().contains("containerd")) {
                places.add(CONTAINERD);
            }
        }
        return places;
    }
}
