package dev.dhow.agent.docker;

/// The Engine answered, and the answer is no.
final class EngineRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /// @param status the HTTP status; 500 for an error inside a stream that began well
    EngineRefusal(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    /// Its words.
    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
