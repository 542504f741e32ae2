package dev.dhow.agent.upstream;

/// A side that octets come from, as far as it can be held back.
public interface Source {
    /// Lets no more come for now, but for what is on its way already.
    void pause();

    void resume();
}
