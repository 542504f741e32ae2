package dev.dhow.agent.history;

/// What became of a write. A failed one is a value, because a full or broken disk must not disturb what runs.
public sealed interface Saved {
    /// It is on the disk and survives a power loss.
    record Done() implements Saved {}

    /// It may not be on the disk; what was there before is still there or the new content is, never a mixture.
    ///
    /// @param reason for people, naming the file
    record Failed(String reason) implements Saved {}
}
