package dev.dhow.agent.source;

import org.jspecify.annotations.Nullable;

/// What became of a change to the services directory.
public sealed interface Written {
    /// The file is as asked for, and stays so after a power loss.
    ///
    /// @param what what was done
    /// @param content what tells the file's text from another, as [dev.dhow.agent.state.ServiceText] tells it
    /// @param message for people
    record Done(What what, String content, String message) implements Written {}

    /// The file is another one than the caller had seen.
    ///
    /// @param content the one that is there; null: there is none
    record Other(@Nullable String content) implements Written {}

    /// There is no such file.
    record Absent() implements Written {}

    /// It may not be changed, or not by this agent.
    ///
    /// @param message why, and the next step
    record Refused(String message) implements Written {}

    /// It could not be changed, such as on a full disk. What was there before is still there.
    ///
    /// @param message why, naming the file
    record Failed(String message) implements Written {}

    /// What was done to a file.
    enum What {
        /// There was none.
        CREATED,
        /// It had another text.
        CHANGED,
        /// It had that text.
        UNCHANGED,
        /// It is gone.
        REMOVED
    }
}
