package dev.dhow.agent.wire;

/// Why bytes that came are no request that may be forwarded.
///
/// @param status what is answered, such as 400
/// @param reason one word for metrics, from a closed set
/// @param message what is wrong, for whoever sent it
public record Refusal(int status, String reason, String message) {
    static final String TOO_LARGE = "too_large";

    static Refusal bad(String message) {
        return new Refusal(400, "malformed", message);
    }

    static Refusal framing(String message) {
        return new Refusal(400, "framing", message);
    }

    static Refusal tooLarge(int status, String message) {
        return new Refusal(status, TOO_LARGE, message);
    }

    static Refusal unsupported(int status, String message) {
        return new Refusal(status, "unsupported", message);
    }
}
