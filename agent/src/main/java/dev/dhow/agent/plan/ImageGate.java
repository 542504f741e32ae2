package dev.dhow.agent.plan;

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
    private final boolean carried;

    ImageGate(PassInput input, Draft draft, Crew crew) {
        this.input = input;
        this.draft = draft;
        this.crew = crew;
        role = crew.role();
        subject = input.service() + "/" + role.name();
        carried = Resolution.carried(role, Planner.ofRole(input, role.name()));
    }

    /// Whether the image is here and means what it should; else the pull or the wait is in the draft.
    boolean open() {
        boolean here = crew.imageHere(input);
        Memory.Attempts pulls = input.memory().pulls(subject, role.image());
        return switch (Defaults.pullPolicy(role.container())) {
            // What a container carries is resolved for good; else one pull has to come first.
            case ALWAYS -> (carried && here) || (here && pulls.count() > 0) || pull(here, pulls);
            case MISSING -> here || pull(false, pulls);
            case NEVER -> here || never();
        };
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
