/// The ports: what the agent needs of a container engine, said without any engine's words.
///
/// Here: interfaces, requests and typed failures. Not here: an implementation (`docker`) or a decision (`plan`).
@NullMarked
package dev.dhow.agent.runtime;

import org.jspecify.annotations.NullMarked;
