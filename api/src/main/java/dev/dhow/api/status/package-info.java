/// What the agent tells about services: the shapes of its JSON answers.
///
/// Here: records and closed sets of words. Not here: how they are computed (`agent.status`).
@NullMarked
package dev.dhow.api.status;

import org.jspecify.annotations.NullMarked;
