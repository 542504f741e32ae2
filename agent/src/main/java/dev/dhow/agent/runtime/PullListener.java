package dev.dhow.agent.runtime;

/// Told what pulls did to this host's disk, for the record of what may be removed again.
public interface PullListener {
    /// Listens to nothing.
    PullListener NONE = (_, _, _) -> {};

    /// An image was pulled.
    ///
    /// @param reference as it was asked for
    /// @param id the image that it means now
    /// @param before whether that image was on this host before, by whomever
    void pulled(String reference, String id, boolean before);

    /// A pull was refused or broke off for want of space.
    default void spaceWanted() {}
}
