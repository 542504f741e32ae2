/// Credentials of registries: where they stand, read anew for each attempt, so that a changed one needs no restart.
///
/// Here: `agent.yaml`'s logins, Docker's config.json with its helpers, what `dhow registry login` keeps. Not here:
/// asking a registry (the engine does, `docker`). A password is a [dev.dhow.api.spec.Secret] and stands in no
/// message.
@NullMarked
package dev.dhow.agent.registry;

import org.jspecify.annotations.NullMarked;
