/// What must outlive the agent's process: atomic, self-checking files in the state directory.
///
/// Here: the directory with its lock, the host's name, the last good text of each service file, the journal of each
/// service's revisions, copies of what containers mount, which images were pulled. Losing all of it loses no service.
/// Not here: decisions about what a stored thing means (`source`, `plan`).
@NullMarked
package dev.dhow.agent.history;

import org.jspecify.annotations.NullMarked;
