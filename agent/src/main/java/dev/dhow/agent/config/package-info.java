/// The agent's own configuration: `agent.yaml` as a record, or every problem in it.
///
/// Here: its keys and their defaults. Not here: service files (`manifest`), whose reader this uses.
@NullMarked
package dev.dhow.agent.config;

import org.jspecify.annotations.NullMarked;
