package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.ImageStore.Held;
import dev.dhow.agent.runtime.ImageStore.HeldImage;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ImageFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The Engine's images: what there is, what is used, and taking one away.
final class EngineImages {
    private static final String NONE = "<none>";

    private final EngineConnection connection;

    EngineImages(EngineConnection connection) {
        this.connection = connection;
    }

    Held held() throws RuntimeFailure, InterruptedException {
        List<HeldImage> images = list();
        // After the images: a container made between the two readings shows.
        JsonNode containers = connection.call(Operation.LIST, "", session -> session.tree("/containers/json?all=1"));
        Set<String> used = new HashSet<>();
        containers.forEach(container -> used.add(container.path("ImageID").asText()));
        return new Held(images, used);
    }

    private List<HeldImage> list() throws RuntimeFailure, InterruptedException {
        JsonNode tree = connection.call(Operation.IMAGE_LIST, "", session -> session.tree("/images/json"));
        List<HeldImage> images = new ArrayList<>();
        tree.forEach(each -> images.add(new HeldImage(
                each.path("Id").asText(),
                names(each.path("RepoTags")),
                names(each.path("RepoDigests")),
                each.path("Size").asLong())));
        return images;
    }

    Set<String> ids() throws RuntimeFailure, InterruptedException {
        Set<String> ids = new HashSet<>();
        list().forEach(image -> ids.add(image.id()));
        return ids;
    }

    /// Older Engines write `<none>:<none>` for no name, later ones nothing.
    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> {
            if (!name.asText().contains(NONE)) {
                names.add(name.asText());
            }
        });
        return names;
    }

    Optional<ImageFacts> find(String reference) throws RuntimeFailure, InterruptedException {
        try {
            return Optional.of(InspectParser.image(connection.call(
                    Operation.IMAGE_INSPECT,
                    reference,
                    session -> session.tree("/images/" + ImagePuller.withoutIdleTag(reference) + "/json"))));
        } catch (RuntimeFailure e) {
            if (!notHere(e.kind())) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /// Not there, or no reference at all: both are "not on this host". All else says nothing of the image.
    static boolean notHere(Kind kind) {
        return kind == Kind.IMAGE_NOT_FOUND || kind == Kind.NOT_FOUND || kind == Kind.INVALID;
    }

    void remove(String name) throws RuntimeFailure, InterruptedException {
        try {
            connection.call(Operation.REMOVE_IMAGE, name, session -> {
                session.typed()
                        .removeImageCmd(name)
                        .withForce(false)
                        // Only this one: what it was built on is somebody's.
                        .withNoPrune(true)
                        .exec();
                return true;
            });
        } catch (RuntimeFailure e) {
            if (e.kind() != Kind.IMAGE_NOT_FOUND && e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
