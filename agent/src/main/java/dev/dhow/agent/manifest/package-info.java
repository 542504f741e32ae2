/// Pure: the text of a file → desired state, or every problem with line and column.
///
/// Here: the descriptors of every key (which drive the binder, `render`, the messages and the reference), the located
/// YAML tree, and the checks across keys and files. Not here: reading files (`source`, `cli`). The only importer of
/// SnakeYAML, with `config`.
@NullMarked
package dev.dhow.agent.manifest;

import org.jspecify.annotations.NullMarked;
