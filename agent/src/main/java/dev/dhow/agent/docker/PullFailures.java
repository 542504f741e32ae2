package dev.dhow.agent.docker;

import dev.dhow.agent.registry.Credentials.Answer;
import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ImageName;
import java.time.Duration;

/// Says what went wrong with a pull: which registry, which repository, what it said, with which credentials, and the
/// next step. Pure.
final class PullFailures {
    private PullFailures() {}

    /// The Engine's refusal.
    ///
    /// @param login the credentials that were sent, if any
    static RuntimeFailure refused(String image, EngineRefusal refusal, Answer login) {
        Kind kind = PullClassifier.kind(refusal.status(), refusal.text());
        Duration wait = kind == Kind.RATE_LIMITED ? PullClassifier.retryAfter(refusal.text()) : null;
        String message =
                "pull %s: Docker says: %s".formatted(image, refusal.text().strip());
        String next = next(kind, ImageName.parse(image), login, wait);
        return new RuntimeFailure(kind, next.isEmpty() ? message : message + "; " + next, refusal, wait);
    }

    private static String next(
            Kind kind, ImageName name, Answer login, @org.jspecify.annotations.Nullable Duration wait) {
        return switch (kind) {
            case AUTH -> refusal(name, login);
            case IMAGE_NOT_FOUND -> missing(name, login);
            case RATE_LIMITED -> limited(name, login, wait);
            case REGISTRY -> "check that this host reaches %s; it is tried again".formatted(name.registry());
            case DISK_FULL -> "make room: `docker system df` shows what Docker holds";
            case INVALID -> "change the service's file";
            case UNAVAILABLE, TIMEOUT, NOT_FOUND, NAME_TAKEN, PORT_TAKEN, CONFLICT, OTHER -> "";
        };
    }

    private static String refusal(ImageName name, Answer login) {
        return switch (login) {
            case Answer.Found(var sent, String from) ->
                "%s does not let %s (from %s) read %s: renew that login, or let it read there"
                        .formatted(name.registry(), sent.whose(), from, name.repository());
            case Answer.None _, Answer.Broken _ ->
                "%s wants a login for %s, and this host has none: %s"
                        .formatted(name.registry(), name.repository(), command(name));
        };
    }

    private static String missing(ImageName name, Answer login) {
        String check = "check the spelling of %s and that the tag was pushed".formatted(name.repository());
        return switch (login) {
            case Answer.Found(var sent, String from) ->
                "%s, and that %s (from %s) may read it".formatted(check, sent.whose(), from);
            case Answer.None _, Answer.Broken _ -> "%s; if it is private: %s".formatted(check, command(name));
        };
    }

    private static String limited(ImageName name, Answer login, @org.jspecify.annotations.Nullable Duration wait) {
        String when = wait == null
                ? "%s limits pulls, and Docker does not pass on until when; it is tried again later"
                        .formatted(name.registry())
                : "%s asks to come back in %d s".formatted(name.registry(), wait.toSeconds());
        return login instanceof Answer.Found ? when : when + "; a login mostly raises the limit: " + command(name);
    }

    private static String command(ImageName name) {
        return "`dhow registry login %s -u USER --password-stdin`".formatted(name.registry());
    }

    /// Credentials that are named and cannot be had.
    static RuntimeFailure unusable(String image, String why) {
        return new RuntimeFailure(Kind.AUTH, "pull %s: %s".formatted(image, why));
    }

    /// The Engine answers other calls, and this one stood still.
    static RuntimeFailure stalled(String image, Duration patience, PullProgress reached, RuntimeFailure late) {
        return new RuntimeFailure(
                Kind.REGISTRY,
                "pull %s: nothing moved for %d s while %s (%d of %d bytes, %d of %d layers); check that this host reaches %s; it is tried again"
                        .formatted(
                                image,
                                patience.toSeconds(),
                                reached.doing(),
                                reached.doneBytes(),
                                reached.totalBytes(),
                                reached.doneLayers(),
                                reached.layers(),
                                ImageName.parse(image).registry()),
                late);
    }

    /// Docker said that all is well.
    static RuntimeFailure vanished(String image) {
        return new RuntimeFailure(
                Kind.OTHER,
                "pull %s: Docker says that it is done, and has no such image; it is tried again".formatted(image));
    }
}
