package dev.dhow.agent.cli;

/// Ends a command with a message for people and an exit code.
sealed class Refusal extends Exception permits InvalidFile {
    private static final long serialVersionUID = 1L;

    private final int code;

    /// @param message with the next step, without `error:`
    Refusal(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }
}
