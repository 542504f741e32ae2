/// The command line: each command is a thin client of the API or of a pure function.
///
/// Here: arguments, exit codes, tables, the client, what a wait waits for ([dev.dhow.agent.cli.Goal]) and how it is
/// shown
/// ([dev.dhow.agent.cli.Progress]). Not here: reading files (`manifest`, `config`) and the agent itself, which come in
/// as
/// functions ([dev.dhow.agent.cli.Tools]).
@NullMarked
package dev.dhow.agent.cli;

import org.jspecify.annotations.NullMarked;
