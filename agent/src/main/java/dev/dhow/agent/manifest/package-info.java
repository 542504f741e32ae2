/// Pure: the text of a file → desired state, or every problem with line and column.
///
/// Here: the descriptors of every key (which drive the binder, `render`, the messages and the reference) and the checks
/// across keys and files. Not here: the YAML tree and plain forms (`yaml`), reading files (`source`, `cli`).
@NullMarked
package dev.dhow.agent.manifest;

import org.jspecify.annotations.NullMarked;
