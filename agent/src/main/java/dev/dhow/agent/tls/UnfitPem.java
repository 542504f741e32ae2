package dev.dhow.agent.tls;

/// What a file holds is of no use; the message names the file and the next step.
final class UnfitPem extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitPem(String message) {
        super(message);
    }

    UnfitPem(String message, Throwable cause) {
        super(message, cause);
    }
}
