/// Pure: what service files may ask for on this host (`policy` of `agent.yaml`), denied by default.
///
/// Here: the rules and the line that would allow what they deny. Not here: the keys of `agent.yaml` (`config`), or
/// whether a file is well-formed (`manifest`).
@NullMarked
package dev.dhow.agent.policy;

import org.jspecify.annotations.NullMarked;
