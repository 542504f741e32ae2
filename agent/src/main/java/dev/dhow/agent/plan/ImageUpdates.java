package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.ImageUpdate;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Asks by itself, every so often, what `dhow update` asks: what a service's tags mean now. Never while the service is
/// held, at an earlier revision or in a rollout; then it asks once that is over.
public final class ImageUpdates {
    /// Up to this part of the time between two looks is added, so that not all services of all hosts look at once.
    private static final double SPREAD = 0.1;

    private ImageUpdates() {}

    /// Asks where it is time.
    static PassInput look(PassInput input) {
        Optional<ServiceSpec> file = input.desired().inForce();
        ImageUpdate update = file.map(ServiceSpec::imageUpdate).orElse(null);
        Set<String> tags = file.map(ImageUpdates::tags).orElse(Set.of());
        if (update == null || tags.isEmpty()) {
            return noted(input, null);
        }
        Moments.Look known = input.memory().moments().update();
        if (known == null || !known.every().equals(update.every())) {
            return noted(input, next(input, update));
        }
        if (known.at().compareTo(input.now()) > 0 || !free(input)) {
            return input;
        }
        PassInput asking = input.with(input.chronicle().withUpdating(tags))
                .with(input.memory().withoutPulls());
        return noted(asking, next(input, update));
    }

    /// Fetches what was asked for, whether or not a container has to be made: what the file names, also where another
    /// revision serves instead of it.
    static void plan(PassInput input, Draft draft) {
        for (RoleSpec role : input.desired().inForce().map(ServiceSpec::roles).orElse(List.of())) {
            boolean asked = input.chronicle().updating().contains(role.image());
            if (asked && !input.memory().pulled(role.image())) {
                ImageGate.pull(input, draft, role, "an update was asked for");
            }
        }
    }

    /// How an update of what runs ended, where no registry has its tag; it takes nothing from the service.
    public static Optional<String> givenUp(PassInput input) {
        return input.desired().inForce().map(ServiceSpec::roles).orElse(List.of()).stream()
                .map(RoleSpec::image)
                .filter(image -> !input.chronicle().updating().contains(image))
                .filter(image -> input.observed().image(image).isPresent())
                .flatMap(image -> gone(input, image).stream())
                .findFirst()
                .map(failure -> "%s; the update was given up: push the image, or name another, and `dhow update %s`"
                        .formatted(failure.message(), input.service()));
    }

    /// How an update ended that asked for something that no registry has.
    static Optional<Memory.Failure> gone(PassInput input, String reference) {
        return input.memory().failures().values().stream()
                .filter(f -> f.ofPull()
                        && f.object().equals(reference)
                        && f.kind() == RuntimeFailure.Kind.IMAGE_NOT_FOUND
                        && f.count() >= Failing.enough(f.kind()))
                .findFirst();
    }

    /// Takes over what references mean that were fetched because of an update, or because what they meant is gone.
    static Chronicle resolve(PassInput input, Chronicle before) {
        Chronicle chronicle = before;
        Optional<ServiceSpec> file = input.desired().inForce();
        List<RoleSpec> fetched = file.map(ServiceSpec::roles).orElse(List.of()).stream()
                .filter(role -> input.memory().pulled(role.image()))
                .toList();
        Map<String, String> accepted = input.goal().map(Goal::images).orElse(Map.of());
        for (RoleSpec role : fetched) {
            String reference = role.image();
            String id = accepted.get(role.name());
            boolean gone = id != null && !Resolution.here(role, id, input.observed());
            boolean asked = chronicle.updating().contains(reference);
            if (gone || asked) {
                Optional<String> here = input.observed().image(reference).map(image -> image.id());
                if (here.isPresent()) {
                    chronicle = chronicle.resolved(reference, here.get());
                }
            }
        }
        if (file.isPresent()) {
            chronicle = chronicle.withTagsOf(
                    file.get().roles().stream().map(RoleSpec::image).collect(Collectors.toSet()));
        }
        // What the file no longer names, or no longer allows to pull, or what no registry has.
        Set<String> tags = file.map(ImageUpdates::tags).orElse(Set.of()).stream()
                .filter(tag -> gone(input, tag).isEmpty())
                .collect(Collectors.toSet());
        return tags.containsAll(chronicle.updating())
                ? chronicle
                : chronicle.withUpdating(
                        chronicle.updating().stream().filter(tags::contains).collect(Collectors.toSet()));
    }

    /// When the next look is, monotonic; empty: none is, or one is only held up.
    static Optional<Duration> next(PassInput input) {
        return Optional.ofNullable(input.memory().moments().update()).map(Moments.Look::at);
    }

    /// The tags that may be looked up anew. A digest means one thing for good, and `pull_policy: never` asks no
    /// registry.
    static Set<String> tags(ServiceSpec spec) {
        List<RoleSpec> pulled = spec.roles().stream()
                .filter(role -> Defaults.pullPolicy(role.container()) != PullPolicy.NEVER)
                .toList();
        return pulled.stream()
                .map(RoleSpec::image)
                .filter(image -> !image.contains("@"))
                .collect(Collectors.toSet());
    }

    private static boolean free(PassInput input) {
        Chronicle chronicle = input.chronicle();
        return !input.held()
                && chronicle.updating().isEmpty()
                && chronicle.last().filter(Chronicle.Entry::progressing).isEmpty()
                && input.goal().filter(goal -> !goal.asked()).isPresent();
    }

    private static PassInput noted(PassInput input, Moments.@Nullable Look look) {
        Moments moments = input.memory().moments();
        return input.with(input.memory().with(new Moments(moments.tasks(), moments.due(), look)));
    }

    /// The same service on the same host always has the same part of the spread.
    private static Moments.Look next(PassInput input, ImageUpdate update) {
        int hash = (input.host() + "/" + input.service()).hashCode();
        double part = Math.floorMod(hash * 0x9E3779B9, 1000) / 1000.0;
        long spread = Math.round(update.every().toMillis() * SPREAD * part);
        return new Moments.Look(update.every(), input.now().plus(update.every()).plusMillis(spread));
    }
}
