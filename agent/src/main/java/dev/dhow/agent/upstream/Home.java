package dev.dhow.agent.upstream;

/// Where connections go that are good for more.
interface Home {
    void free(Upstream idle);

    /// It has ended.
    void gone(Upstream ended);

    /// It takes the place of a connection for requests no more. Told once of each.
    void left();
}
