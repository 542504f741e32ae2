package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.agent.json.Json;
import dev.dhow.api.http.ErrorBody;
import dev.dhow.api.http.ProblemsBody;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the agent, and turns whatever goes wrong into one line with the next step.
final class AgentClient {
    /// For what the agent has at hand.
    static final Duration QUICK = Duration.ofSeconds(10);
    /// For what makes the agent ask the engine, which may be slow, or wait for the disk.
    static final Duration SLOW = Duration.ofSeconds(70);

    private final Address address;

    AgentClient(Address address) {
        this.address = address;
    }

    /// Asks for something that the agent has at hand.
    ///
    /// @return the body of a successful answer
    /// @throws Refusal for every other answer or none
    String get(String path) throws Refusal, InterruptedException {
        return send(Request.get(path), QUICK);
    }

    /// The same, where there may be no such thing.
    Optional<String> find(String path) throws Refusal, InterruptedException {
        try {
            return Optional.of(get(path));
        } catch (Refusal e) {
            if (e.code() == Exit.UNKNOWN_SERVICE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// @param patience how long an answer may take
    /// @return the body of a successful answer
    /// @throws Refusal for every other answer or none
    String send(Request request, Duration patience) throws Refusal, InterruptedException {
        FutureTask<Exchange.Reply> task =
                new FutureTask<>(() -> Exchange.send(address.target(), address.host(), request));
        Thread.ofVirtual().name("api-client").start(task);
        try {
            Exchange.Reply reply = task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return switch (reply.status()) {
                case 200, 201, 202 -> reply.body();
                case 404 -> throw new Refusal(Exit.UNKNOWN_SERVICE, reason(reply));
                case 422 -> throw invalid(reply);
                default -> throw new Refusal(Exit.ERROR, reason(reply));
            };
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new Refusal(
                    Exit.ERROR,
                    "%s: no answer within %d s; see the agent's log (journalctl -u dhow)"
                            .formatted(address.shown(), patience.toSeconds()));
        } finally {
            task.cancel(true);
        }
    }

    /// What cannot be understood, as a refusal.
    Refusal garbled(IOException e) {
        return new Refusal(
                Exit.ERROR,
                "%s: the answer cannot be read (%s); is an agent there, and of this version?"
                        .formatted(
                                address.shown(),
                                String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("")));
    }

    private String reason(Exchange.Reply reply) throws Refusal {
        try {
            String error = Json.read(reply.body(), ErrorBody.class).error();
            if (error != null) {
                return error;
            }
        } catch (IOException e) {
            // no agent of ours: told below
        }
        throw new Refusal(
                Exit.ERROR,
                "%s: answered %d, but not as an agent does; is the address right?"
                        .formatted(address.shown(), reply.status()));
    }

    private Refusal invalid(Exchange.Reply reply) throws Refusal {
        String reason = reason(reply);
        try {
            return new InvalidFile(
                    reason, Json.read(reply.body(), ProblemsBody.class).problems());
        } catch (IOException e) {
            return new Refusal(Exit.ERROR, reason);
        }
    }

    private Refusal unreachable(Throwable cause) {
        String why = String.valueOf(cause.getMessage());
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return new Refusal(Exit.ERROR, "%s: no such host; correct --host or DHOW_HOST".formatted(address.shown()));
        }
        if (why.contains("Permission denied")) {
            return new Refusal(
                    Exit.ERROR,
                    "%s: permission denied; join the group dhow (sudo usermod -aG dhow $USER, then log in again) or use sudo"
                            .formatted(address.shown()));
        }
        boolean missing = address.target() instanceof UnixDomainSocketAddress socket && !Files.exists(socket.getPath());
        return new Refusal(
                Exit.ERROR,
                "no agent answers at %s (%s); start it (systemctl start dhow), or name another with --host or DHOW_HOST"
                        .formatted(address.shown(), missing ? "no such socket" : why));
    }
}
