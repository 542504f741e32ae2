package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One place of a role, 1 to `replicas`, and the containers that say they are in it. What is being stopped or removed
/// already is not among them, nor is what an earlier plan still makes, unless it is the current one.
///
/// @param current the one made from what the goal says, or that nobody can tell
/// @param old one made from something else that serves until the current one does; where there is no current one, the
///     one to look after meanwhile
/// @param extra others that run and are in the way
/// @param twins others made from what the goal says
/// @param kept others that are stopped: what a rollback starts again, newest first
/// @param why what makes the others be of something else
/// @param undecided whether nobody can tell what the current one was made from
/// @param busy whether steps of an earlier plan still make or start its container
record Slot(
        String subject,
        int replica,
        @Nullable ObservedContainer current,
        @Nullable ObservedContainer old,
        List<ObservedContainer> extra,
        List<ObservedContainer> twins,
        List<ObservedContainer> kept,
        String why,
        boolean undecided,
        boolean busy) {
    Slot {
        extra = List.copyOf(extra);
        twins = List.copyOf(twins);
        kept = List.copyOf(kept);
    }
}
