/// Pure: the bytes of a YAML file → a tree in which every node knows its place, and the words to describe its keys.
///
/// Here: the guarded reader, the collector of problems, descriptors of keys and the forms that bind a scalar by its
/// text. Not here: any key of a file (`manifest`, `config`). The only importer of SnakeYAML, and only of its events.
@NullMarked
package dev.dhow.agent.yaml;

import org.jspecify.annotations.NullMarked;
