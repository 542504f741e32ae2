package dev.dhow.agent.tls;

import dev.dhow.agent.state.Ticker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;

/// Orders by ACME (RFC 8555) with HTTP-01: the authority asks `http://HOST/.well-known/acme-challenge/TOKEN`, which the
/// proxy answers.
final class AcmeAuthority implements Authority {
    private static final Duration FIRST_POLL = Duration.ofMillis(500);
    private static final Duration LAST_POLL = Duration.ofSeconds(30);
    /// An authority looks from several places and repeats it; it is done within a minute, or something is wrong.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final CertificatesConfig.Acme config;
    private final AcmeStore store;
    private final Ticker ticker;

    AcmeAuthority(CertificatesConfig.Acme config, AcmeStore store, Ticker ticker) {
        this.config = config;
        this.store = store;
        this.ticker = ticker;
    }

    /// An answer of the authority that ends the order.
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    @Override
    public Result order(String host, KeyPair key, Tokens tokens) throws InterruptedException {
        try {
            // One session for each order: between two of them lie weeks, and its client has threads.
            Session session = new Session(URI.create(config.directory()), new TrustingProvider(config.trust()));
            try (var _ = session.getHttpClient()) {
                return new Result.Issued(issue(login(session), host, key, tokens));
            }
        } catch (AcmeException e) {
            interrupted(e);
            return AcmeFailures.refused(host, config, e);
        } catch (AcmeLazyLoadingException e) {
            interrupted(e);
            return e.getCause() instanceof AcmeException cause
                    ? AcmeFailures.refused(host, config, cause)
                    : new Result.Refused(String.valueOf(e.getMessage()), false, null);
        } catch (Refusal | IOException | UnfitPem | IllegalArgumentException e) {
            return new Result.Refused(String.valueOf(e.getMessage()), false, null);
        }
    }

    /// The account of our key, made where the authority has none.
    private Login login(Session session) throws AcmeException, IOException {
        AccountBuilder account = new AccountBuilder().agreeToTermsOfService().useKeyPair(store.account());
        String email = config.email();
        return (email == null ? account : account.addEmail(email)).createLogin(session);
    }

    private List<X509Certificate> issue(Login login, String host, KeyPair key, Tokens tokens)
            throws AcmeException, InterruptedException, Refusal {
        Order order = login.newOrder().domain(host).create();
        for (Authorization authorization : order.getAuthorizations()) {
            prove(authorization, host, tokens);
        }
        await(order, Status.READY, Status.VALID, Status.INVALID);
        if (order.getStatus() == Status.READY) {
            order.execute(key);
            await(order, Status.VALID, Status.INVALID);
        }
        if (order.getStatus() != Status.VALID) {
            throw new Refusal("the authority refused the order: "
                    + order.getError().map(AcmeAuthority::words).orElse("it gives no reason"));
        }
        return order.getCertificate().getCertificateChain();
    }

    private void prove(Authorization authorization, String host, Tokens tokens)
            throws AcmeException, InterruptedException, Refusal {
        if (authorization.getStatus() == Status.VALID) {
            return;
        }
        Http01Challenge challenge = authorization
                .findChallenge(Http01Challenge.class)
                .orElseThrow(() -> new Refusal(
                        "the authority offers no HTTP-01 challenge for %s; get a certificate by other means and put it into the directory of certificates"
                                .formatted(host)));
        tokens.open(challenge.getToken(), challenge.getAuthorization());
        try {
            challenge.trigger();
            await(authorization, Status.VALID, Status.INVALID);
        } finally {
            tokens.close(challenge.getToken());
        }
        if (authorization.getStatus() != Status.VALID) {
            challenge.fetch();
            throw new Refusal(
                    "the authority could not check that %s is this host: %s; its name must lead here and port 80 must be open to everybody"
                            .formatted(
                                    host,
                                    challenge
                                            .getError()
                                            .map(AcmeAuthority::words)
                                            .orElse("it gives no reason")));
        }
    }

    /// Asks until the resource is in one of these states, as often as the authority likes.
    private void await(PollableResource resource, Status... ends) throws AcmeException, InterruptedException, Refusal {
        Duration deadline = ticker.now().plus(PATIENCE);
        Duration pause = FIRST_POLL;
        while (!List.of(ends).contains(resource.getStatus())) {
            if (ticker.now().compareTo(deadline) > 0) {
                throw new Refusal("the authority did not get ready within %s minutes".formatted(PATIENCE.toMinutes()));
            }
            pause(pause);
            Instant wish = resource.fetch().orElse(null);
            pause = next(pause, wish);
        }
    }

    private Duration next(Duration before, @Nullable Instant wish) {
        Duration next = wish == null ? before.multipliedBy(2) : Duration.between(ticker.wall(), wish);
        if (next.compareTo(FIRST_POLL) < 0) {
            return FIRST_POLL;
        }
        return next.compareTo(LAST_POLL) < 0 ? next : LAST_POLL;
    }

    /// Waits; an interrupt ends it at once.
    private static void pause(Duration time) throws InterruptedException {
        boolean _ = new Semaphore(0).tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String words(Problem problem) {
        return problem.getDetail()
                .or(problem::getTitle)
                .orElse(problem.getType().toString());
    }

    /// The library turns an interrupt into a failure of the network.
    private static void interrupted(Throwable failure) throws InterruptedException {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
                throw new InterruptedException();
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
