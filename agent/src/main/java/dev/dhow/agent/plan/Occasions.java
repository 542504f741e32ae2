package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says what time alone brings to a service: how long its release command has run, which runs are due, and when to look
/// for new images. Asked in each pass, after the rollout was judged and before the plan.
public final class Occasions {
    private Occasions() {}

    /// Takes note of the moment.
    public static Rollouts.Judged look(PassInput input) {
        PassInput seen = ImageUpdates.look(Runs.look(input.with(pulls(input, tasks(input)))));
        return new Rollouts.Judged(seen.chronicle(), seen.memory());
    }

    /// When the next pass is due because of what was noted, monotonic.
    public static Optional<Duration> wakeAt(PassInput input) {
        Stream<Duration> times = Stream.of(Runs.next(input).stream(), ImageUpdates.next(input).stream())
                .flatMap(Function.identity())
                .filter(at -> at.compareTo(input.now()) > 0);
        // Past ones too, as long as Docker has not shown what became of it by then.
        Stream<Duration> ends = input.tasks(Owner.RELEASE).stream()
                .filter(container -> !Release.overdue(input, container))
                .flatMap(container -> Release.until(input, container).stream());
        return Stream.concat(times, ends).min(Comparator.naturalOrder());
    }

    /// Pulls of what neither the file nor a revision that is remembered names are forgotten.
    private static Memory pulls(PassInput input, Memory memory) {
        Optional<ServiceSpec> file = input.desired().inForce();
        if (file.isEmpty()) {
            return memory;
        }
        Set<String> images = Stream.concat(file.stream(), input.past().specs().values().stream())
                .flatMap(spec -> spec.roles().stream())
                .map(RoleSpec::image)
                .collect(Collectors.toSet());
        return memory.withPullsOf(images);
    }

    private static Memory tasks(PassInput input) {
        Memory memory = input.memory();
        Moments moments = memory.moments();
        Map<String, Moments.Task> tasks = new HashMap<>();
        for (ObservedContainer container : input.tasks(Owner.RELEASE)) {
            boolean ended = !container.alive();
            Moments.Task before = moments.tasks().get(container.id());
            boolean late = (before != null && before.late()) || Release.overdue(input, container);
            Duration at = before != null && before.ended() == ended ? before.at() : input.now();
            tasks.put(container.id(), new Moments.Task(ended, at, late));
        }
        Memory kept = memory.with(new Moments(tasks, moments.due(), moments.update()));
        return forgetTries(input, kept);
    }

    /// A release command that is over, one way or the other, starts counting anew.
    private static Memory forgetTries(PassInput input, Memory memory) {
        boolean open = input.chronicle()
                .last()
                .filter(e -> e.progressing() && !e.released())
                .isPresent();
        Memory left = memory;
        if (!open) {
            for (String subject : memory.starts().keySet()) {
                left = subject.endsWith("/" + Owner.RELEASE) ? left.withoutStarts(subject) : left;
            }
        }
        return left;
    }
}
