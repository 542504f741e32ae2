/// The agent's own configuration: `agent.yaml` as a record, or every problem in it.
///
/// Here: its keys and their defaults. Not here: service files (`manifest`), which are read with the same
/// forms (`yaml`).
@NullMarked
package dev.dhow.agent.config;

import org.jspecify.annotations.NullMarked;
