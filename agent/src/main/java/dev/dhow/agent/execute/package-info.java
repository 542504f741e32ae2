/// Does what a plan says, through the ports, and tells what became of each step.
///
/// Here: one effect per step, and which run side by side. Not here: a decision, or waiting for health.
@NullMarked
package dev.dhow.agent.execute;

import org.jspecify.annotations.NullMarked;
