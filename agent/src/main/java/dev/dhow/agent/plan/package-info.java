/// Pure: what is wanted, what is there and what is known → the steps of the next pass, each with its cause.
///
/// Here: every decision. Not here: effects, the clock, logging, waiting.
@NullMarked
package dev.dhow.agent.plan;

import org.jspecify.annotations.NullMarked;
