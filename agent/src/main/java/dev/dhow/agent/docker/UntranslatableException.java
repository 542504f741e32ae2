package dev.dhow.agent.docker;

/// A value of a service file that cannot be said to the Engine.
final class UntranslatableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UntranslatableException(String message) {
        super(message);
    }
}
