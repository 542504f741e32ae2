/// The command line: each command is a thin client of the API or of a pure function.
///
/// Here: arguments, exit codes, tables, the client, what a wait waits for (`Goal`) and how it is shown (`Progress`).
/// Not
/// here: reading files (`manifest`, `config`) and the agent itself, which come in as functions (`Tools`).
@NullMarked
package dev.dhow.agent.cli;

import org.jspecify.annotations.NullMarked;
