/// The loop: who is woken when, one mailbox per service, the pass.
///
/// Here: reading Docker once for all who ask, waking workers, calling the rooms in order. Not here: what a pass decides
/// (`plan`), does (`execute`) or tells (`status`).
@NullMarked
package dev.dhow.agent.reconcile;

import org.jspecify.annotations.NullMarked;
