package dev.dhow.agent.cli;

import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `dhow registry`: keeps logins of registries where the agent reads them anew with each pull.
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        description = "Keeps logins of registries for the agent. Needs no agent.",
        footer = {
            "",
            "Examples:",
            "  dhow registry login registry.example.com -u bot --password-stdin < token",
            "  dhow registry logout registry.example.com"
        })
final class RegistryCommand implements Callable<Integer> {
    private static final int LONGEST_PASSWORD = 64 * 1024;

    private final Session session;
    private final Tools.LoginKeeper keeper;

    @Spec
    private @Nullable CommandSpec spec;

    RegistryCommand(Session session, Tools.LoginKeeper keeper) {
        this.session = session;
        this.keeper = keeper;
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(session.err());
        }
        return Exit.ERROR;
    }

    @Command(
            name = "login",
            mixinStandardHelpOptions = true,
            description = "Keeps a login in the agent's directory of secrets. The registry is not asked.")
    int login(
            @Parameters(paramLabel = "HOST", description = "The registry, as images name it; docker.io for Docker Hub.")
                    String host,
            @Option(
                            names = {"-u", "--username"},
                            required = true,
                            paramLabel = "USER",
                            description = "The user.")
                    String username,
            @Option(names = "--password-stdin", description = "Read the password or token from stdin.")
                    boolean fromStdin,
            @Option(names = "--config", paramLabel = "FILE", description = "The agent's configuration.") @Nullable
                    Path config)
            throws IOException {
        if (!fromStdin) {
            throw new ParameterException(
                    spec().subcommands().get("login"),
                    "give the password on stdin, with --password-stdin: on the command line every user of this host"
                            + " sees it");
        }
        session.note(keeper.login(config, host, username, password(session.in())));
        return Exit.GOOD;
    }

    @Command(
            name = "logout",
            mixinStandardHelpOptions = true,
            description = "Removes what `dhow registry login` kept. Other logins of the registry stay.")
    int logout(
            @Parameters(paramLabel = "HOST", description = "The registry, as images name it.") String host,
            @Option(names = "--config", paramLabel = "FILE", description = "The agent's configuration.") @Nullable
                    Path config)
            throws IOException {
        session.note(keeper.logout(config, host));
        return Exit.GOOD;
    }

    private CommandSpec spec() {
        return java.util.Objects.requireNonNull(spec, "picocli sets it");
    }

    private static Secret password(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST_PASSWORD + 1);
        if (bytes.length > LONGEST_PASSWORD) {
            throw new IOException("what stands on stdin is longer than a password can be");
        }
        String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
        if (text.isEmpty()) {
            throw new IOException("there is no password on stdin; write for example: … --password-stdin < FILE");
        }
        return new Secret(text);
    }
}
