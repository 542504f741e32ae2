package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `depends_on`: a list of `ROLE` or `SERVICE/ROLE`, or Compose's map of them.
final class DependsOnForm implements Form<List<Located<Dependency>>> {
    static final DependsOnForm DEPENDS_ON = new DependsOnForm();

    private static final Form<Dependency> ONE =
            Forms.scalar("`ROLE` or `SERVICE/ROLE`", DependsOnForm::one, Dependency::toString);
    private static final Form<List<Located<Dependency>>> LIST = Forms.list(ONE);
    private static final Key<String> CONDITION = Key.inside(
                    "condition",
                    Forms.text("service_healthy", DependsOnForm::condition),
                    "A role is waited for until it is ready.")
            .orWords("`service_healthy`");
    private static final Key<Boolean> REQUIRED = Key.inside(
            "required",
            only(true, "a role that is named is always waited for; leave the role out, or write true"),
            "Without effect.");
    private static final Key<Boolean> RESTART = Key.inside(
            "restart",
            only(false, "a replaced role restarts no other; leave it out, or write false"),
            "Without effect.");
    private static final Section DETAILS = Section.of(CONDITION, REQUIRED, RESTART);

    private DependsOnForm() {}

    @Override
    public String words() {
        return "list of `ROLE` or `SERVICE/ROLE`, or map";
    }

    @Override
    public @Nullable List<Located<Dependency>> bind(Node node, Scope scope) {
        if (!(node instanceof Node.Mapping map)) {
            return LIST.bind(node, scope);
        }
        List<Located<Dependency>> all = new ArrayList<>();
        for (Node.Entry entry : map.entries()) {
            Scope at = scope.at(entry.key().text());
            DETAILS.bind(entry.value(), at);
            Dependency dependency = ONE.bind(entry.key(), at);
            if (dependency != null) {
                all.add(new Located<>(dependency, entry.key().place(), at.path()));
            }
        }
        return all;
    }

    @Override
    public Object write(List<Located<Dependency>> value) {
        return LIST.write(value);
    }

    /// A word of Compose that says what is so anyway.
    private static Form<Boolean> only(boolean value, String otherwise) {
        String word = String.valueOf(value);
        return Forms.scalar(
                "`" + word + "`",
                text -> text.equalsIgnoreCase(word) ? Read.good(value) : Read.bad(otherwise),
                written -> written);
    }

    private static Read<Dependency> one(String text) {
        int slash = text.indexOf('/');
        String service = slash < 0 ? null : text.substring(0, slash);
        String role = text.substring(slash + 1);
        return Names.valid(role) && (service == null || Names.valid(service))
                ? Read.good(new Dependency(service, role))
                : Read.bad("expected ROLE or SERVICE/ROLE, found \"%s\"".formatted(text));
    }

    private static Read<String> condition(String text) {
        return switch (text) {
            case "service_healthy", "service_started" -> Read.good(text);
            case "service_completed_successfully" ->
                Read.bad("\"service_completed_successfully\" is not supported; use release_command");
            default -> Read.bad("expected service_healthy or service_started, found \"%s\"".formatted(text));
        };
    }
}
