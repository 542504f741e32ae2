package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.api.spec.HostPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `on_hosts`: names of hosts, `*` allowed, or labels `key=value`; one or a list.
final class HostsForm implements Form<List<Located<HostPattern>>> {
    static final HostsForm HOSTS = new HostsForm();

    private static final Form<List<Located<HostPattern>>> LIST =
            Forms.listOrOne(Forms.scalar("`NAME` or `KEY=VALUE`", HostsForm::one, HostPattern::toString));

    private HostsForm() {}

    @Override
    public String words() {
        return LIST.words();
    }

    @Override
    public @Nullable List<Located<HostPattern>> bind(Node node, Scope scope) {
        List<Located<HostPattern>> hosts = LIST.bind(node, scope);
        if (hosts != null
                && hosts.isEmpty()
                && node instanceof Node.Sequence list
                && list.items().isEmpty()) {
            scope.error(node, "an empty list takes no host; leave the key out for all hosts, or write replicas: 0");
            return null;
        }
        return hosts;
    }

    private static Read<HostPattern> one(String text) {
        boolean good = !text.isEmpty()
                && !text.startsWith("=")
                && text.chars().noneMatch(c -> c <= ' ' || c == ',' || c == '!');
        return good
                ? Read.good(HostPattern.of(text))
                : Read.bad("expected a host's name such as web-1 or web-*, or a label KEY=VALUE, found \"%s\""
                        .formatted(text));
    }

    @Override
    public Object write(List<Located<HostPattern>> value) {
        return LIST.write(value);
    }

    @Override
    public List<Key<?>> keys() {
        return List.of();
    }
}
