/// What is told about services: the pure fold of desired, observed and verdicts into status, and the board it hangs on.
///
/// Here: words and counts for people and machines. Not here: how they are sent (`http`, `metrics`, `cli`).
@NullMarked
package dev.dhow.agent.status;

import org.jspecify.annotations.NullMarked;
