package dev.dhow.agent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a service's passes remember of moments: how long a task has run, and what is due when.
///
/// @param tasks containers of release commands, by id
/// @param due the next time of each role with a schedule, by role
/// @param update when images are looked at again; null: nobody wants that
public record Moments(
        Map<String, Task> tasks,
        Map<String, Due> due,
        @Nullable Look update) {
    /// Nothing is remembered.
    static final Moments NONE = new Moments(Map.of(), Map.of(), null);

    /// Copies the maps.
    public Moments {
        tasks = Map.copyOf(tasks);
        due = Map.copyOf(due);
    }

    /// The same once a run of that role was made for its time.
    Moments taken(String role) {
        Due known = due.get(role);
        if (known == null) {
            return this;
        }
        Map<String, Due> others = new HashMap<>(due);
        others.put(role, known.taken());
        return new Moments(tasks, others, update);
    }

    /// A container of a task.
    ///
    /// @param ended whether it was seen to have ended
    /// @param at since when it is so, monotonic: since it was first seen to be
    /// @param late whether it was seen at work after its time
    public record Task(boolean ended, Duration at, boolean late) {}

    /// The next time of a schedule.
    ///
    /// @param schedule what was written
    /// @param at by the wall clock; null: it was taken, and the next one is to be found
    /// @param last the time before, that was taken; null: there was none
    public record Due(
            String schedule, @Nullable Instant at, @Nullable Instant last) {
        /// The same once a run was made for its time.
        Due taken() {
            return new Due(schedule, null, at);
        }
    }

    /// The next look at images.
    ///
    /// @param every as written
    /// @param at monotonic
    public record Look(Duration every, Duration at) {}
}
