package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which images a service may still need.
public final class Kept {
    private Kept() {}

    /// References and ids: what its file names, what an update resolved, and what the revisions had that a rollback may
    /// go back to.
    public static Set<String> images(Desired desired, Chronicle chronicle) {
        Set<String> images = new HashSet<>();
        Optional<ServiceSpec> file = desired.inForce();
        // What an update resolved of other tags than the file's is needed by the revisions below, or by none.
        chronicle.tags().forEach((reference, id) -> {
            if (file.isEmpty()
                    || file.get().roles().stream().anyMatch(r -> r.image().equals(reference))) {
                images.add(id);
            }
        });
        List<RoleSpec> roles = desired.inForce().map(ServiceSpec::roles).orElse(List.of());
        roles.forEach(role -> images.add(role.image()));
        int retain = roles.stream().mapToInt(RoleSpec::retain).max().orElse(0);
        List<Chronicle.Entry> newest = chronicle.entries().reversed();
        newest.stream()
                .filter(Chronicle.Entry::progressing)
                .forEach(entry -> images.addAll(entry.images().values()));
        newest.stream()
                .filter(Chronicle.Entry::available)
                // The one in force, and so many before it.
                .limit(retain + 1L)
                .forEach(entry -> images.addAll(entry.images().values()));
        return images;
    }
}
