/// The program: `Main` maps an exit code, `Agent` wires the rooms, starts them in order and stops them in reverse.
///
/// Here: wiring. Not here: decisions, which live in the rooms below.
@NullMarked
package dev.dhow.agent;

import org.jspecify.annotations.NullMarked;
