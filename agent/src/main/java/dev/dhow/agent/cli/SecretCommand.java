package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.api.spec.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `dhow secret`: writes the store of secrets, from which services take them.
@Command(
        name = "secret",
        mixinStandardHelpOptions = true,
        description = "Writes the secrets of services. Needs no agent; values are shown by no command.",
        footer = {
            "",
            "Examples:",
            "  dhow secret set shop DATABASE_URL < url.txt",
            "  dhow secret list shop",
            "  dhow secret remove shop DATABASE_URL",
            "",
            "A changed value is a new revision of each service that names it."
        })
final class SecretCommand implements Callable<Integer> {
    private static final int LONGEST = 1 << 20;

    private final Session session;
    private final Tools.SecretKeeper keeper;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = picocli.CommandLine.ScopeType.INHERIT,
            description = "The agent's configuration, which says where secrets are.")
    private @Nullable Path config;

    @Spec
    private @Nullable CommandSpec spec;

    SecretCommand(Session session, Tools.SecretKeeper keeper) {
        this.session = session;
        this.keeper = keeper;
    }

    @Override
    public Integer call() {
        Objects.requireNonNull(spec, "picocli sets it").commandLine().usage(session.err());
        return Exit.ERROR;
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = "Writes the value that stands on stdin.")
    int set(
            @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
            @Parameters(paramLabel = "NAME", description = "The secret's name.") String name)
            throws IOException {
        byte[] value = session.in().readNBytes(LONGEST + 1);
        if (value.length == 0) {
            throw new IOException("there is no value on stdin; write for example: dhow secret set %s %s < FILE"
                    .formatted(service, name));
        }
        if (value.length > LONGEST) {
            throw new IOException("what stands on stdin is larger than 1 MiB, the most that a secret can have");
        }
        session.note("wrote " + keeper.set(config, service, name, Content.of(value)));
        return Exit.GOOD;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the names of a service's secrets.")
    int list(@Mixin Output output, @Parameters(paramLabel = "SERVICE", description = "The service.") String service)
            throws IOException {
        List<String> names = List.copyOf(keeper.list(config, service));
        if (!output.isTable()) {
            session.data(output.text(Json.write(Map.of("secrets", names)), ""));
            return Exit.GOOD;
        }
        names.forEach(session::data);
        return Exit.GOOD;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a secret. What runs with it is kept.")
    int remove(
            @Parameters(paramLabel = "SERVICE", description = "The service.") String service,
            @Parameters(paramLabel = "NAME", description = "The secret's name.") String name)
            throws IOException {
        if (!keeper.remove(config, service, name)) {
            throw new IOException("service %s has no secret %s; `dhow secret list %s` lists those it has"
                    .formatted(service, name, service));
        }
        session.note("removed %s of %s".formatted(name, service));
        return Exit.GOOD;
    }
}
