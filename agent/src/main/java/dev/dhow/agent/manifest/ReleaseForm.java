package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.HostPattern;
import dev.dhow.api.spec.ReleaseCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `release_command`: a command, or `{command, role, timeout, on_hosts}`.
final class ReleaseForm implements Form<Values> {
    static final ReleaseForm RELEASE = new ReleaseForm();

    static final Key<List<String>> COMMAND = Key.inside("command", CommandForm.COMMAND, "What runs.");
    static final Key<String> ROLE = Key.inside(
                    "role", Forms.TEXT, "Whose image, environment, volumes and networks it has.")
            .orWords("`web`, else the first");
    static final Key<Duration> TIMEOUT = Key.inside("timeout", Quantities.INTERVAL, "How long it may take.")
            .or(Quantities.text(ReleaseCommand.TIMEOUT));
    static final Key<List<Located<HostPattern>>> ON_HOSTS = Key.inside(
                    "on_hosts", HostsForm.HOSTS, "Where it runs: names of hosts, `*` allowed, or labels `key=value`.")
            .orWords("wherever its role does");
    private static final Section LONG =
            Section.of(COMMAND, ROLE, TIMEOUT, ON_HOSTS).knowing(Map.of("cmd", "use \"command\" instead"));

    private ReleaseForm() {}

    /// The role whose container the command runs in.
    ///
    /// @param roles of the file, in its order; at least one
    static String role(Values release, List<String> roles) {
        String first = roles.contains(Role.PROXIED_BY_NAME) ? Role.PROXIED_BY_NAME : roles.getFirst();
        return release.or(ROLE, first);
    }

    @Override
    public String words() {
        return "text, list of text, or map";
    }

    @Override
    public @Nullable Values bind(Node node, Scope scope) {
        Values values;
        if (node instanceof Node.Mapping) {
            values = LONG.bind(node, scope);
        } else {
            List<String> command = CommandForm.COMMAND.bind(node, scope);
            values = command == null
                    ? null
                    : Values.of(node.place(), new Values.Bound<>(COMMAND, command, node.place(), node, scope.path()));
        }
        if (values == null) {
            return null;
        }
        if (values.lacks(COMMAND)) {
            scope.error(node, "\"command\" is missing");
        }
        List<String> command = values.get(COMMAND);
        if (command != null && command.isEmpty()) {
            scope.error(node, "expected a command, found none");
        }
        return values;
    }

    @Override
    public Object write(Values value) {
        return LONG.write(value);
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
