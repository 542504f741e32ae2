/// Desired state: what a service file says, as validated, immutable records.
///
/// Here: the words of the file and their limits. Not here: how they are read (`agent.manifest`), what Docker
/// reports (`agent.state`) or what is done about it (`agent.plan`).
@NullMarked
package dev.dhow.api.spec;

import org.jspecify.annotations.NullMarked;
