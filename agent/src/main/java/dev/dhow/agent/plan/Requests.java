package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Chronicle.Reasons;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Works out what a request changes. Nothing is done here: the next pass sees the changed chronicle and plans.
public final class Requests {
    private Requests() {}

    /// What becomes of a request.
    ///
    /// @param accepted false: it cannot be done, and nothing changes
    /// @param message for people: what happens now, or why not and the next step
    public record Reply(boolean accepted, String message, Chronicle chronicle, Memory memory) {}

    /// Takes a request.
    public static Reply take(PassInput input, Request request) {
        Optional<Goal> goal = input.goal();
        if (goal.isEmpty() && !(request instanceof Request.Hold) && !(request instanceof Request.Unhold)) {
            return refused(input, "nothing usable is known of %s: mend its file first".formatted(input.service()));
        }
        Chronicle chronicle = input.chronicle();
        if (input.held() && (request instanceof Request.Retry || request instanceof Request.Restart)) {
            return refused(
                    input,
                    input.heldByFile()
                            ? "%s is left alone: take `hold: true` out of its file first".formatted(input.service())
                            : "%s is left alone: `dhow unhold %s` first".formatted(input.service(), input.service()));
        }
        return switch (request) {
            case Request.Hold _ ->
                accepted(input, chronicle.withHeld(true), "left alone until `dhow unhold %s`", input.service());
            case Request.Unhold _ ->
                accepted(
                        input,
                        chronicle.withHeld(false),
                        input.heldByFile()
                                ? "the file of %s still says `hold: true`: take that out to have it looked after"
                                : "%s is looked after",
                        input.service());
            case Request.Retry _ -> retry(input, goal.orElseThrow());
            case Request.Restart _ -> restart(input, goal.orElseThrow());
            case Request.Update _ -> update(input, goal.orElseThrow());
            case Request.Rollback rollback -> rollback(input, goal.orElseThrow(), rollback);
        };
    }

    private static Reply retry(PassInput input, Goal goal) {
        Chronicle chronicle = input.chronicle().withBack(null).withUpdating(Set.of());
        String file = goal.fileRevision();
        if (chronicle.failed(file)) {
            Entry failed = chronicle.of(file).orElseThrow();
            chronicle = chronicle.and(begun(input, failed, file, Reasons.FILE));
        }
        if (chronicle.last().filter(Entry::progressing).isPresent()) {
            chronicle = Rollouts.again(input, chronicle, file);
            // A release command that failed runs again, in a container made anew.
            Set<String> renew = new HashSet<>(chronicle.renew());
            input.tasks(Owner.RELEASE).stream().filter(c -> !c.alive()).forEach(c -> renew.add(c.id()));
            chronicle = chronicle.withRenew(renew);
        }
        String message = "%s is tried again".formatted(file);
        return new Reply(true, message, chronicle, input.memory().forgetting());
    }

    private static Reply restart(PassInput input, Goal goal) {
        Set<String> ids = input.containers().stream()
                .filter(ObservedContainer::alive)
                .map(ObservedContainer::id)
                .collect(Collectors.toSet());
        if (input.chronicle().last().filter(Entry::progressing).isPresent()) {
            return refused(
                    input, "a rollout is under way: wait for its end (`dhow wait %s`)".formatted(input.service()));
        }
        if (goal.way() == Goal.Way.PAUSED || goal.way() == Goal.Way.CONDEMNED) {
            return refused(
                    input,
                    "its rollout of %s failed, and nothing is made until that is decided: change its file, or `dhow retry %s`"
                            .formatted(goal.revision(), input.service()));
        }
        if (goal.way() == Goal.Way.UNREADABLE) {
            return refused(input, AsItIs.message(input, goal));
        }
        Optional<Entry> entry = input.chronicle().of(goal.revision());
        if (entry.isEmpty() || ids.isEmpty()) {
            return refused(input, "%s has no running container".formatted(input.service()));
        }
        Chronicle chronicle =
                input.chronicle().withRenew(ids).and(begun(input, entry.get(), goal.revision(), Reasons.RESTART));
        return new Reply(true, "%d containers are made anew".formatted(ids.size()), chronicle, input.memory());
    }

    private static Reply update(PassInput input, Goal goal) {
        if (goal.asked()) {
            String message = "%s is held at %s: `dhow retry %s` first";
            return refused(input, message.formatted(input.service(), goal.revision(), input.service()));
        }
        ServiceSpec file = input.desired().inForce().orElseThrow();
        Set<String> tags = ImageUpdates.tags(file);
        if (tags.isEmpty()) {
            boolean digests =
                    file.roles().stream().allMatch(role -> role.image().contains("@"));
            String message = digests
                    ? "%s names its images by digest: there is no tag to resolve"
                    : "%s has no tag that may be pulled, because its pull_policy is never: load the image under another"
                            + " tag and write that into the file";
            return refused(input, message.formatted(input.service()));
        }
        return new Reply(
                true,
                "resolves %s anew"
                        .formatted(String.join(", ", tags.stream().sorted().toList())),
                input.chronicle().withUpdating(tags),
                input.memory().withoutPulls());
    }

    private static Reply rollback(PassInput input, Goal goal, Request.Rollback request) {
        Chronicle chronicle = input.chronicle();
        String asked = request.revision();
        Optional<Entry> target = asked == null
                ? chronicle.availableBeside(goal.revision())
                : chronicle.of(asked).filter(Entry::available);
        if (target.isEmpty()) {
            String known = known(chronicle, goal);
            return refused(
                    input,
                    asked == null
                            ? "no earlier revision of %s became available".formatted(input.service())
                            : "%s is no revision of %s that became available; there are: %s"
                                    .formatted(asked, input.service(), known.isEmpty() ? "none" : known));
        }
        String revision = target.get().revision();
        if (revision.equals(goal.revision())) {
            return refused(input, "%s runs %s already".formatted(input.service(), revision));
        }
        if (!input.past().specs().containsKey(revision)) {
            return refused(input, "the file of %s was not kept, or cannot be read any more".formatted(revision));
        }
        boolean file = revision.equals(goal.fileRevision());
        return new Reply(
                true,
                "goes back to %s, until the content of the file changes or `dhow retry %s`"
                        .formatted(revision, input.service()),
                chronicle.withBack(file ? null : new Chronicle.Back(revision, Goal.content(input.desired()))),
                input.memory());
    }

    private static String known(Chronicle chronicle, Goal goal) {
        List<String> revisions = chronicle.entries().reversed().stream()
                .filter(Entry::available)
                .map(Entry::revision)
                .filter(revision -> !revision.equals(goal.revision()))
                .distinct()
                .toList();
        return String.join(", ", revisions);
    }

    private static Entry begun(PassInput input, Entry like, String revision, String reason) {
        RolloutStatus status =
                new RolloutStatus(revision, reason, Outcome.PROGRESSING, input.wall(), null, "", null, null);
        return new Entry(
                status, like.images(), Map.of(), like.text(), input.chronicle().released(revision));
    }

    private static Reply accepted(PassInput input, Chronicle chronicle, String message, String service) {
        return new Reply(true, message.formatted(service), chronicle, input.memory());
    }

    private static Reply refused(PassInput input, String message) {
        return new Reply(false, message, input.chronicle(), input.memory());
    }
}
