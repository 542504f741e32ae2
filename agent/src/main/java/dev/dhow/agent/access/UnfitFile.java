package dev.dhow.agent.access;

/// A file was read and does not say what it should.
public final class UnfitFile extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message what is wrong, with its line, and what to write instead
    public UnfitFile(String message) {
        super(message);
    }
}
