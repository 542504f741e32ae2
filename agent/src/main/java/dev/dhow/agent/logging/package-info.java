/// How the log looks: one line per event on stderr.
///
/// Here: levels and layout, set in code because reading XML costs a tenth of a second at every start. Not here: what is
/// logged.
@NullMarked
package dev.dhow.agent.logging;

import org.jspecify.annotations.NullMarked;
