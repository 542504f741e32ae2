package dev.dhow.agent.tls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/// Words and the next step for what an authority answers. Pure.
final class AcmeFailures {
    private AcmeFailures() {}

    static Authority.Result.Refused refused(String host, CertificatesConfig.Acme config, AcmeException failure) {
        return switch (failure) {
            case AcmeRateLimitedException limited -> {
                Instant wish = limited.getRetryAfter().orElse(null);
                yield new Authority.Result.Refused(
                        "the authority's rate limit: %s; it is asked again %s"
                                .formatted(words(limited), wish == null ? "later" : "at " + wish),
                        true,
                        wish);
            }
            case AcmeUserActionRequiredException action ->
                plain("the authority wants you to act first: %s; see %s"
                        .formatted(words(action), action.getInstance()));
            case AcmeServerException server ->
                plain("the authority refused the order for %s: %s".formatted(host, words(server)));
            case AcmeNetworkException network ->
                plain(
                        "the authority cannot be reached at %s: %s; check `proxy.acme.directory`%s and that this host may connect there"
                                .formatted(
                                        config.directory(),
                                        root(network),
                                        config.trust() == null ? ", `proxy.acme.trust`" : ", " + config.trust()));
            default -> plain("the order failed: " + root(failure));
        };
    }

    private static Authority.Result.Refused plain(String problem) {
        return new Authority.Result.Refused(problem, false, null);
    }

    private static String words(AcmeServerException failure) {
        return failure.getProblem().getDetail().orElse(String.valueOf(failure.getMessage()));
    }

    private static String root(Throwable failure) {
        Throwable cause = failure;
        for (@Nullable Throwable next = cause.getCause(); next != null; next = cause.getCause()) {
            cause = next;
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
