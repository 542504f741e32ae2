/// Which images may go when the disk fills up, and their going.
///
/// Here: the pure choice, and the loop that asks for it. Not here: pulling and removing (`docker`), and what a
/// service still needs, which whoever starts the loop knows.
@NullMarked
package dev.dhow.agent.images;

import org.jspecify.annotations.NullMarked;
