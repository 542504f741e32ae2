package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the passes over a service work towards: what its file says, or the revision that serves instead.
///
/// @param spec what is wanted; of one that nobody can read, what the file says
/// @param revision its revision
/// @param fileRevision the revision of the file, which is another where the file's failed or somebody went back
/// @param way why it is this one
/// @param images what references are resolved to already, image id by role
/// @param hashes spec hashes that count as made from this whatever the secrets say now, by role
public record Goal(
        ServiceSpec spec,
        String revision,
        String fileRevision,
        Way way,
        Map<String, String> images,
        Map<String, String> hashes) {
    /// Copies the maps.
    public Goal {
        images = Map.copyOf(images);
        hashes = Map.copyOf(hashes);
    }

    /// Why a goal is the goal.
    public enum Way {
        /// The file says so.
        FILE,
        /// Somebody asked to go back to it, and nobody can read it any more: what runs stays as it is.
        UNREADABLE,
        /// The file's content failed; this is the one before.
        ROLLED_BACK,
        /// Somebody asked to go back to it.
        RETURNED,
        /// The file's content failed and is left as it is.
        PAUSED,
        /// The file's content failed and nobody knows any more what the one before said: its containers are looked
        /// after as they are.
        CONDEMNED
    }

    /// Whether somebody asked to go back to it.
    public boolean asked() {
        return way == Way.RETURNED || way == Way.UNREADABLE;
    }

    /// What is worked towards; empty: nothing usable is known of the service, or its file is gone.
    ///
    /// @param key null: there is none
    static Optional<Goal> of(Desired desired, World world, Past past, @Nullable HmacKey key) {
        return desired.usable().map(declared -> {
            Map<String, String> images = accepted(past.chronicle(), declared);
            String file = Revision.of(declared.spec(), resolved(world, declared.spec(), images), key);
            return of(desired, declared.spec(), past, file, images);
        });
    }

    /// What tells the file in force from another.
    static String content(Desired desired) {
        Optional<Declared> usable = desired.usable();
        return usable.map(Declared::text)
                .map(ServiceText::content)
                .or(() -> usable.map(d -> "spec " + Integer.toHexString(d.spec().hashCode())))
                .orElse("");
    }

    private static Goal of(Desired desired, ServiceSpec spec, Past past, String file, Map<String, String> images) {
        Chronicle chronicle = past.chronicle();
        Chronicle.Back back = chronicle.back();
        if (back != null && back.content().equals(content(desired))) {
            Goal goal = earlier(past, chronicle.of(back.revision()), file, Way.RETURNED);
            return goal == null ? new Goal(spec, back.revision(), file, Way.UNREADABLE, images, Map.of()) : goal;
        }
        Optional<Outcome> end = chronicle.of(file).map(e -> e.rollout().outcome());
        if (end.isEmpty() || !end.get().failed()) {
            return new Goal(spec, file, file, Way.FILE, images, Map.of());
        }
        if (end.get() == Outcome.PAUSED) {
            return new Goal(spec, file, file, Way.PAUSED, images, Map.of());
        }
        Goal before = earlier(past, chronicle.availableBeside(file), file, Way.ROLLED_BACK);
        return before == null ? new Goal(spec, file, file, Way.CONDEMNED, images, Map.of()) : before;
    }

    private static @Nullable Goal earlier(Past past, Optional<Chronicle.Entry> found, String file, Way way) {
        if (found.isEmpty()) {
            return null;
        }
        Chronicle.Entry entry = found.get();
        ServiceSpec spec = past.specs().get(entry.revision());
        return spec == null ? null : new Goal(spec, entry.revision(), file, way, entry.images(), entry.specs());
    }

    /// What the file's references were resolved to when this very content was accepted, or by a later update: neither a
    /// restart nor a reboot asks again.
    private static Map<String, String> accepted(Chronicle chronicle, Declared declared) {
        Map<String, String> images = new HashMap<>();
        ServiceText text = declared.text();
        if (text != null) {
            chronicle.entries().reversed().stream()
                    .filter(e -> e.text() != null && e.text().text().equals(text.text()))
                    .findFirst()
                    .ifPresent(e -> images.putAll(e.images()));
        }
        for (RoleSpec role : declared.spec().roles()) {
            String resolved = chronicle.tags().get(role.image());
            if (resolved != null) {
                images.put(role.name(), resolved);
            }
        }
        return images;
    }

    /// What each role's image means here, by role; one that is not known yet is missing.
    static Map<String, String> resolved(World world, ServiceSpec spec, Map<String, String> images) {
        Map<String, String> ids = new HashMap<>();
        for (RoleSpec role : spec.roles()) {
            Resolution.imageId(role, world.ofRole(role.name()), world.observed(), images.get(role.name()))
                    .ifPresent(id -> ids.put(role.name(), id));
        }
        return ids;
    }
}
