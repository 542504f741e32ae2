package dev.dhow.agent.runtime;

import dev.dhow.agent.state.DiskSpace;
import dev.dhow.agent.state.ImageFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The images that a container engine holds. Calls block, end by deadlines of their own and may be interrupted.
public interface ImageStore {
    /// All images, and which of them any container is made of.
    Held images() throws RuntimeFailure, InterruptedException;

    /// What a reference or an id means on this host now; empty: nothing.
    Optional<ImageFacts> image(String reference) throws RuntimeFailure, InterruptedException;

    /// Takes a name away, or, by its id, an image with its names if they are all of one repository. An
    /// image goes with its last name. Never by force; a name that is gone is left.
    ///
    /// @param name a reference or an id
    /// @throws RuntimeFailure `CONFLICT` when a container, running or not, is made of the image
    void removeImage(String name) throws RuntimeFailure, InterruptedException;

    /// How full the disk is that images are stored on; empty where it cannot be seen from here.
    Optional<DiskSpace> disk() throws RuntimeFailure, InterruptedException;

    /// What is there at one moment.
    ///
    /// @param used the ids of the images that any container, ours or not, running or not, is made of
    record Held(List<HeldImage> images, Set<String> used) {
        /// Copies the collections.
        public Held {
            images = List.copyOf(images);
            used = Set.copyOf(used);
        }
    }

    /// One image.
    ///
    /// @param id the content, `sha256:…`
    /// @param tags references by tag, as Docker writes them
    /// @param digests references by digest
    /// @param bytes its size, including what it shares with others
    record HeldImage(String id, List<String> tags, List<String> digests, long bytes) {
        /// Copies the lists.
        public HeldImage {
            tags = List.copyOf(tags);
            digests = List.copyOf(digests);
        }
    }
}
