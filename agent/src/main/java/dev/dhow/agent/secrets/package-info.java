/// The agent's store of secrets: `secrets_dir/SERVICE/NAME`.
///
/// Here: who may read a secret besides the agent, and reading it. Not here: what a service file asks for (`manifest`),
/// or how a value reaches its container (`mounts`, `docker`).
@NullMarked
package dev.dhow.agent.secrets;

import org.jspecify.annotations.NullMarked;
