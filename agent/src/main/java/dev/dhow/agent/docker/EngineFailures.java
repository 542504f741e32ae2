package dev.dhow.agent.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns whatever a call threw into a typed failure with a message for people.
final class EngineFailures {
    private EngineFailures() {}

    static RuntimeFailure of(Operation operation, String subject, URI address, Throwable thrown) {
        if (thrown instanceof RuntimeFailure failure) {
            return failure;
        }
        if (thrown instanceof EngineRefusal refusal) {
            return refused(operation, subject, refusal.status(), refusal.text(), thrown);
        }
        if (thrown instanceof DockerException refusal) {
            String text = refusal.getMessage() == null ? "" : refusal.getMessage();
            return refused(operation, subject, refusal.getHttpStatus(), withoutStatus(text), thrown);
        }
        IOException io = ioCause(thrown);
        if (io == null) {
            return new RuntimeFailure(Kind.OTHER, "%s: %s".formatted(what(operation, subject), thrown), thrown);
        }
        return new RuntimeFailure(Kind.UNAVAILABLE, unreachable(operation, subject, address, io), thrown);
    }

    /// docker-java writes `Status 404: {"message":"…"}`.
    private static String withoutStatus(String message) {
        int at = message.indexOf(": ");
        return EngineSession.words(message.startsWith("Status ") && at > 0 ? message.substring(at + 2) : message);
    }

    private static RuntimeFailure refused(
            Operation operation, String subject, int status, String text, Throwable thrown) {
        Kind kind = FailureClassifier.kind(operation, status, text);
        return new RuntimeFailure(kind, FailureClassifier.message(operation, subject, kind, text), thrown);
    }

    static String late(Operation operation, String subject, URI address) {
        return "%s: Docker at %s accepted the call and did not answer in time; `journalctl -u docker` may say why"
                .formatted(what(operation, subject), address);
    }

    private static String unreachable(Operation operation, String subject, URI address, IOException io) {
        String reason = connectReason(io);
        return reason == null
                ? "%s: the connection to Docker at %s broke: %s; what was asked may have happened"
                        .formatted(what(operation, subject), address, io.getMessage())
                : "cannot reach Docker at %s: %s; is docker running, and may this user open it?"
                        .formatted(address, reason);
    }

    private static String what(Operation operation, String subject) {
        return subject.isEmpty() ? operation.words() : operation.words() + " " + subject;
    }

    /// Why no connection came about; null: there was one.
    private static @Nullable String connectReason(IOException io) {
        String text = String.valueOf(io.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no such file")) {
            return "no such socket";
        }
        if (text.contains("permission denied")) {
            return "permission denied";
        }
        if (text.contains("connection refused") || io instanceof ConnectException) {
            return "connection refused";
        }
        return null;
    }

    /// Whether a connection that was open before turned out to be dead.
    static boolean brokenConnection(Throwable thrown) {
        if (thrown instanceof DockerException || thrown instanceof EngineRefusal) {
            return false;
        }
        IOException io = ioCause(thrown);
        return io != null && !(io instanceof ClosedChannelException) && connectReason(io) == null;
    }

    private static @Nullable IOException ioCause(@Nullable Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof IOException io) {
                return io;
            }
        }
        return null;
    }
}
