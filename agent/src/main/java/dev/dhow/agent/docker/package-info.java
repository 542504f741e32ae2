/// The Docker Engine behind the runtime port, by docker-java on a Unix socket; nobody else imports docker-java.
///
/// What changes something goes through docker-java's typed commands. What only reads goes through its transport and is
/// parsed here into just the fields that matter, because docker-java parses each answer twice, into its model and into
/// a map, which a list of a hundred containers every few seconds would feel.
@NullMarked
package dev.dhow.agent.docker;

import org.jspecify.annotations.NullMarked;
