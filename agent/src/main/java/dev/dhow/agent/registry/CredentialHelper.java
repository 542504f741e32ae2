package dev.dhow.agent.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dhow.agent.registry.Credentials.Answer;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Docker's credential helpers: a program `docker-credential-NAME` that is given a registry and prints its login.
/// What it prints is read up to a limit and told to nobody.
final class CredentialHelper {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIMIT = 64 * 1024;
    /// Helpers of clouds ask a service over the network.
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// What all helpers of Docker's own making say.
    private static final String NOT_FOUND = "credentials not found";

    private final String searchPath;
    private final Duration patience;

    /// @param searchPath where helpers are looked for, as `PATH` has it
    CredentialHelper(String searchPath) {
        this(searchPath, PATIENCE);
    }

    CredentialHelper(String searchPath, Duration patience) {
        this.searchPath = searchPath;
        this.patience = patience;
    }

    /// @param exit of the program
    private record Ended(int exit, byte[] printed) {}

    Answer get(String helper, String registry) throws InterruptedException {
        String program = "docker-credential-" + helper;
        if (!helper.matches("[A-Za-z0-9._-]+")) {
            return new Answer.Broken(
                    "Docker's config.json names a credential helper \"%s\", which is no name of one".formatted(helper));
        }
        String byHand = "try it as the agent's user: echo %s | %s get".formatted(Login.address(registry), program);
        String found = find(program);
        if (found == null) {
            return new Answer.Broken(
                    "Docker's config.json names the credential helper %s, which is nowhere in PATH (%s)"
                            .formatted(program, searchPath));
        }
        Process process;
        try {
            process = new ProcessBuilder(found, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return new Answer.Broken("the credential helper %s cannot be run; %s".formatted(program, byHand));
        }
        FutureTask<Ended> exchange = new FutureTask<>(() -> exchange(process, Login.address(registry)));
        Thread.ofVirtual().name("credential-helper").start(exchange);
        try {
            return answer(exchange.get(patience.toMillis(), TimeUnit.MILLISECONDS), program, byHand);
        } catch (TimeoutException e) {
            return new Answer.Broken("the credential helper %s did not end within %d s; %s"
                    .formatted(program, patience.toSeconds(), byHand));
        } catch (ExecutionException e) {
            return new Answer.Broken("the credential helper %s broke off; %s".formatted(program, byHand));
        } finally {
            // Also what it started itself, which may hold the pipe open.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private @org.jspecify.annotations.Nullable String find(String program) {
        for (String directory : searchPath.split(":")) {
            java.nio.file.Path file = java.nio.file.Path.of(directory.isEmpty() ? "." : directory, program);
            if (java.nio.file.Files.isExecutable(file)) {
                return file.toString();
            }
        }
        return null;
    }

    private static Ended exchange(Process process, String address) throws IOException, InterruptedException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(address.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading; its exit code says more.
        }
        try (InputStream out = process.getInputStream()) {
            byte[] printed = out.readNBytes(LIMIT + 1);
            if (printed.length > LIMIT) {
                throw new IOException("more than a login");
            }
            return new Ended(process.waitFor(), printed);
        }
    }

    private static Answer answer(Ended ended, String program, String byHand) {
        String printed = new String(ended.printed(), StandardCharsets.UTF_8);
        if (ended.exit() != 0) {
            // Helpers print their errors where they print logins: only the one that all share is looked for.
            return printed.contains(NOT_FOUND)
                    ? new Answer.None()
                    : new Answer.Broken("the credential helper %s failed with exit code %d; %s"
                            .formatted(program, ended.exit(), byHand));
        }
        try {
            JsonNode login = JSON.readTree(printed);
            String username = login.path("Username").asText("");
            String secret = login.path("Secret").asText("");
            if (username.isEmpty() && secret.isEmpty()) {
                return new Answer.None();
            }
            return new Answer.Found(
                    username.equals("<token>")
                            ? new Login.IdentityToken(new Secret(secret))
                            : new Login.Password(username, new Secret(secret)),
                    "the credential helper " + program);
        } catch (JsonProcessingException e) {
            // Not its message, which quotes the text.
            return new Answer.Broken(
                    "what the credential helper %s printed is no login; %s".formatted(program, byHand));
        }
    }
}
