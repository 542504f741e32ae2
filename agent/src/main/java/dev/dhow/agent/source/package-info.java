/// The services directory → what every service wants, safely: a bad, half-written, missing or emptied file never
/// changes what runs.
///
/// [DirectorySource] turns one reading after another into [SourceSnapshot]s, without a thread or a clock of its own;
/// [SourceLoop] drives it by the kernel's hints and by polling. [TextCheck] judges a text before it is written, and
/// [ServiceWriter] is the only one who writes. Not here: what a text means (`manifest`) and what is done about it
/// (`plan`).
@NullMarked
package dev.dhow.agent.source;

import org.jspecify.annotations.NullMarked;
