package dev.dhow.agent.upstream;

/// A side that octets go to, as far as it can say that it has enough for now.
public interface Sink {
    /// Whether what is written from now on only waits in memory.
    boolean full();

    /// @param then runs once, when there is room again
    void whenRoom(Runnable then);
}
