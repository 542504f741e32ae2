/// Whether a container does its work, by the kind of its role: HTTP, TCP, Docker's HEALTHCHECK or the process alone.
///
/// Here: the choice of checks, the probers, the pure count of successes and failures, the verdict. Not here: what is
/// done about a verdict (`plan`).
@NullMarked
package dev.dhow.agent.health;

import org.jspecify.annotations.NullMarked;
