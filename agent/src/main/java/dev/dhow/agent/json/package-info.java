/// The one mapping between the records of `dev.dhow.api` and JSON.
///
/// Here: names, words and times as the API tells them. Not here: who sends or reads them (`http`, `cli`).
@NullMarked
package dev.dhow.agent.json;

import org.jspecify.annotations.NullMarked;
