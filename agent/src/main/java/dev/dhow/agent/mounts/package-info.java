/// Puts the secrets and files that a container has mounted where Docker finds them.
///
/// Here: when copies are written, put back and removed. Not here: how they lie on the disk (`history`), what a role
/// mounts (`api.spec`), or how Docker is told (`docker`).
@NullMarked
package dev.dhow.agent.mounts;

import org.jspecify.annotations.NullMarked;
