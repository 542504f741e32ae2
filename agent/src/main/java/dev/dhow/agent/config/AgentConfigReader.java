package dev.dhow.agent.config;

import dev.dhow.agent.yaml.Document;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.status.Problem;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads `agent.yaml`: bytes → configuration, or every problem in them.
public final class AgentConfigReader {
    /// What reading gives.
    public sealed interface Result {
        /// It can be used.
        ///
        /// @param warnings problems that are no errors
        record Good(AgentConfig config, List<Problem> warnings) implements Result {
            /// Copies the list.
            public Good {
                warnings = List.copyOf(warnings);
            }
        }

        /// It cannot be used.
        ///
        /// @param problems at least one error
        record Bad(List<Problem> problems) implements Result {
            /// Copies the list.
            public Bad {
                problems = List.copyOf(problems);
            }
        }
    }

    private AgentConfigReader() {}

    /// Reads the file's bytes. A file without any key is good: it says nothing, so every default holds.
    ///
    /// @param shownName the file as the user named it
    public static Result read(String shownName, byte[] content) {
        Document document = Document.readOptional(shownName, content);
        Node root = document.root();
        Values values =
                root == null ? null : ConfigKeys.SECTION.bind(root, new Scope(document.problems(), "", Path.of("/")));
        if (values != null) {
            ImageKeys.check(values, document.problems());
            Listeners.check(values, document.problems());
        }
        List<Problem> problems = document.problems().sorted();
        if (document.problems().anyError()) {
            return new Result.Bad(problems);
        }
        return new Result.Good(values == null ? AgentConfig.DEFAULT : config(values), problems);
    }

    private static AgentConfig config(Values root) {
        AgentConfig plain = AgentConfig.DEFAULT;
        Values host = root.get(ConfigKeys.HOST);
        Values source = root.get(ConfigKeys.SOURCE);
        Values api = root.get(ConfigKeys.API);
        return new AgentConfig(
                host == null ? null : host.get(ConfigKeys.HOST_NAME),
                host == null ? Map.of() : host.or(ConfigKeys.HOST_LABELS, Map.of()),
                root.or(ConfigKeys.DOCKER, plain.docker()),
                source == null
                        ? plain.sourceDirectory()
                        : path(source.get(ConfigKeys.DIRECTORY), plain.sourceDirectory()),
                path(root.get(ConfigKeys.STATE_DIR), plain.stateDir()),
                path(root.get(ConfigKeys.SECRETS_DIR), plain.secretsDir()),
                api == null ? plain.api() : api(api, plain.api()),
                policy(root.get(ConfigKeys.POLICY)),
                ImageKeys.registries(root),
                ImageKeys.images(root),
                ProxyConfigKeys.config(root));
    }

    private static Policy policy(@Nullable Values policy) {
        if (policy == null) {
            return Policy.DEFAULT;
        }
        Map<String, Set<String>> allow = new TreeMap<>();
        policy.or(ConfigKeys.ALLOW, Map.of())
                .forEach((service, words) -> allow.put(service, new TreeSet<>(Located.values(words))));
        return new Policy(
                policy.has(ConfigKeys.BIND_ROOTS)
                        ? Located.values(policy.or(ConfigKeys.BIND_ROOTS, List.of()))
                        : Policy.DEFAULT.bindRoots(),
                Located.values(policy.or(ConfigKeys.POLICY_REGISTRIES, List.of())),
                policy.or(ConfigKeys.REQUIRE_DIGEST, false),
                allow);
    }

    private static AgentConfig.Api api(Values api, AgentConfig.Api plain) {
        Off<InetSocketAddress> listen = api.get(ConfigKeys.API_LISTEN);
        return new AgentConfig.Api(
                path(api.get(ConfigKeys.SOCKET), plain.socket()),
                listen == null ? plain.listen() : listen.value(),
                Located.values(api.or(ConfigKeys.API_HOSTS, List.of())));
    }

    private static Path path(@Nullable String written, Path otherwise) {
        return written == null ? otherwise : Path.of(written);
    }
}
