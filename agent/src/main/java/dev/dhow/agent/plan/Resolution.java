package dev.dhow.agent.plan;

import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a role's image reference means.
///
/// It is resolved once, when its revision is accepted. Where nobody remembers that:
/// while a container carries the reference on its label, the reference means that container's image: so neither a tag
/// that moved nor a lost state directory recreates anything. Only a reference that no container carries is looked up.
///
/// Containers are made from the content, never from the reference: what was looked up is what runs, also when the
/// tag moves in between, and Docker need not look the reference up again for every container that it lists.
final class Resolution {
    private Resolution() {}

    /// The content, `sha256:…`; empty: the image is not on this host.
    ///
    /// @param accepted what it was resolved to when it was accepted; null: it was not yet
    static Optional<String> imageId(
            RoleSpec role, List<ObservedContainer> containersOfRole, Observed observed, @Nullable String accepted) {
        if (accepted != null) {
            return Optional.of(accepted);
        }
        Optional<String> carried =
                carriers(role, containersOfRole).map(ObservedContainer::imageId).findFirst();
        return carried.isPresent() ? carried : observed.image(role.image()).map(ImageFacts::id);
    }

    /// Whether that content is on this host, by whatever name.
    static boolean here(RoleSpec role, String imageId, Observed observed) {
        return observed.image(imageId).isPresent()
                || observed.image(role.image())
                        .filter(image -> image.id().equals(imageId))
                        .isPresent()
                || observed.containers().stream().anyMatch(c -> c.imageId().equals(imageId));
    }

    /// Whether a container fixes what the reference means.
    static boolean carried(RoleSpec role, List<ObservedContainer> containersOfRole) {
        return carriers(role, containersOfRole).findAny().isPresent();
    }

    private static java.util.stream.Stream<ObservedContainer> carriers(
            RoleSpec role, List<ObservedContainer> containersOfRole) {
        return containersOfRole.stream()
                .filter(c -> c.owner().image().equals(role.image()))
                .sorted(Comparator.comparing((ObservedContainer c) -> !c.running())
                        .thenComparing(c -> c.owner().replica())
                        .thenComparing(ObservedContainer::name));
    }
}
