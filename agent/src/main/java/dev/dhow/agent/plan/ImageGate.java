package dev.dhow.agent.plan;

import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;

/// Decides whether a role's containers can be made from its image now, and what to do about it where not.
final class ImageGate {
    private final PassInput input;
    private final Draft draft;
    private final RoleSpec role;
    private final Crew crew;
    private final String subject;

    ImageGate(PassInput input, Draft draft, Crew crew) {
        this.input = input;
        this.draft = draft;
        this.crew = crew;
        role = crew.role();
        subject = input.service() + "/" + role.name();
    }

    /// Whether the image is here and means what it should; else the pull or the wait is in the draft.
    boolean open() {
        if (open(input, crew)) {
            return true;
        }
        return Defaults.pullPolicy(role.container()) == PullPolicy.NEVER
                ? never()
                : pull(crew.imageHere(input), pulls(input, role));
    }

    /// Whether a role's image is here and means what it should.
    static boolean open(PassInput input, Crew crew) {
        RoleSpec role = crew.role();
        if (!crew.imageHere(input)) {
            return false;
        }
        return switch (Defaults.pullPolicy(role.container())) {
            // What a container carries is resolved for good; else one pull has to come first.
            case ALWAYS ->
                Resolution.carried(role, input.world().ofRole(role.name()))
                        || pulls(input, role).count() > 0;
            case MISSING, NEVER -> true;
        };
    }

    private static Memory.Attempts pulls(PassInput input, RoleSpec role) {
        return input.memory().pulls(input.service() + "/" + role.name(), role.image());
    }

    private boolean pull(boolean here, Memory.Attempts pulls) {
        Duration due = pulls.last().plus(Backoff.restart(pulls.count()));
        if (pulls.count() > 0 && due.compareTo(input.now()) > 0) {
            String message =
                    "image %s was pulled and is not here: is it for this platform, or does something remove it?"
                            .formatted(role.image());
            draft.wait(new Wait(subject, Wait.Kind.BACKOFF, Wait.PULL, message, due));
            return false;
        }
        return pull(here ? "pull_policy is always" : "not on this host");
    }

    private boolean pull(String cause) {
        pull(input, draft, role, cause);
        return false;
    }

    /// Fetches a role's image, or waits for who does.
    static void pull(PassInput input, Draft draft, RoleSpec role, String cause) {
        String subject = input.service() + "/" + role.name();
        if (new UnderWay(input.past().underWay()).pulling(role.image())) {
            draft.wait(new Wait(subject, Wait.Kind.GATE, Wait.PULLING, "pulls %s".formatted(role.image()), null));
        } else {
            draft.pull(new Step.Pull(subject, role.image(), role.container().platform(), cause));
        }
    }

    private boolean never() {
        String message = "image %s is not on this host and pull_policy is never: load it, or allow pulling"
                .formatted(role.image());
        draft.wait(new Wait(subject, Wait.Kind.PERSON, Wait.PULL, message, null));
        return false;
    }
}
