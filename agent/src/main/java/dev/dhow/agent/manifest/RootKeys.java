package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ImageUpdate;
import dev.dhow.api.spec.Names;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The keys of a service file's root, the whole file's form.
final class RootKeys {
    static final Key<String> VERSION =
            Key.root("version", Forms.text("`1`", RootKeys::version), "The version of this format. Required.");
    static final Key<String> SERVICE = Key.root(
            "service", Forms.text("name", RootKeys::name), "The service's name, equal to the file's name. Required.");
    static final Key<Map<String, Located<Values>>> ROLES =
            Key.root("roles", new RolesForm(), "The service's roles by name, at least one. Required.");
    static final Key<Values> RELEASE_COMMAND =
            Key.root("release_command", ReleaseForm.RELEASE, "Run once per revision before any role is replaced.");
    static final Key<Boolean> HOLD = Key.root("hold", Forms.BOOL, "Leave this service alone: no step is done.")
            .or(false);
    static final Key<Duration> EVERY =
            Key.inside("every", Quantities.INTERVAL, "Between two looks.").or(Quantities.text(ImageUpdate.EVERY));
    static final Key<Values> IMAGE_UPDATE = Key.root(
                    "image_update", Section.of(EVERY), "Look for new images under the same tag.")
            .orWords("only on `dhow update`");

    static final List<Key<?>> ROOT_ONLY = List.of(VERSION, SERVICE, ROLES, RELEASE_COMMAND, HOLD, IMAGE_UPDATE);

    static final Section SECTION = new Section(
            "map", Stream.concat(ROOT_ONLY.stream(), RoleKeys.ALL.stream()).toList(), ForeignWords.ROOT, true);

    private static final int MOST_ROLES = 100;

    private RootKeys() {}

    private static Read<String> version(String text) {
        return text.equals("1")
                ? Read.good(text)
                : Read.bad("expected 1, found \"%s\"%s"
                        .formatted(
                                text,
                                text.matches("[23](\\.[0-9]+)?")
                                        ? "; this looks like a Compose file: write one file for each service, with its"
                                                + " containers as \"roles\""
                                        : ""));
    }

    private static Read<String> name(String text) {
        return Names.valid(text)
                ? Read.good(text)
                : Read.bad("\"%s\" is no name; names have 1 to 63 of a-z, 0-9 and -, and neither start nor end with -"
                        .formatted(text));
    }

    private record RolesForm() implements Form<Map<String, Located<Values>>> {
        @Override
        public String words() {
            return "map of roles";
        }

        @Override
        public @Nullable Map<String, Located<Values>> bind(Node node, Scope scope) {
            if (!(node instanceof Node.Mapping map)) {
                scope.error(
                        node,
                        "expected a map from names to roles, found %s; write \"web:\" and its keys below"
                                .formatted(node.kind()));
                return null;
            }
            if (map.entries().isEmpty()) {
                scope.error(node, "expected at least one role");
                return null;
            }
            if (map.entries().size() > MOST_ROLES) {
                scope.error(node, "more than %d roles; write several services".formatted(MOST_ROLES));
                return null;
            }
            Map<String, Located<Values>> roles = new LinkedHashMap<>();
            for (Node.Entry entry : map.entries()) {
                String name = entry.key().text();
                Scope at = scope.at(name);
                if (name(name) instanceof Read.Bad<String>(String message)) {
                    at.error(entry.key(), message);
                }
                Values values = RoleKeys.SECTION.bind(entry.value(), at);
                // A role that could not be read stands with what is known of it: other roles may name it.
                Node place = values == null || Node.isNull(entry.value()) ? entry.key() : entry.value();
                roles.put(
                        name,
                        new Located<>(values == null ? Values.empty(place.place()) : values, place.place(), at.path()));
            }
            return roles;
        }

        @Override
        public Object write(Map<String, Located<Values>> value) {
            Map<String, Object> written = new LinkedHashMap<>();
            value.forEach((name, role) -> written.put(name, RoleKeys.SECTION.write(role.value())));
            return written;
        }

        @Override
        public List<Key<?>> keys() {
            return RoleKeys.ALL;
        }
    }
}
