/// Facts: what Docker reports, what checks say, what the clock shows.
///
/// Here: records without behaviour beyond their own limits, and the clock's port. Not here: decisions (`plan`) and
/// effects (the ports in `runtime`).
@NullMarked
package dev.dhow.agent.state;

import org.jspecify.annotations.NullMarked;
