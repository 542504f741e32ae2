/// Who may ask, as files say it: lists of addresses and files of users, and how files are watched.
///
/// Here: reading such a file again when it changes, what it must look like, and comparing a password with its hash.
/// Not here: which request is held against which file, which is `agent.proxy`.
@NullMarked
package dev.dhow.agent.access;

import org.jspecify.annotations.NullMarked;
