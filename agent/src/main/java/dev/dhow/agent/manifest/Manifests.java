package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Document;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads service files: bytes → desired state, or every problem in them. Never throws for what a file says.
public final class Manifests {
    /// The most bytes of a file; check before reading, what is larger is refused here too.
    public static final int MAX_BYTES = Document.MAX_BYTES;

    private Manifests() {}

    /// Reads one file without looking at `secrets`.
    ///
    /// @param shownName the file as the user named it
    /// @param expectedService its name without the extension, which `service` must equal; null: any service
    /// @param directory what relative paths in it start from
    /// @param files reads the files it names
    public static Manifest read(
            String shownName, @Nullable String expectedService, byte[] content, Path directory, HostFiles files) {
        return read(shownName, expectedService, content, directory, files, null);
    }

    /// Reads one file, and the values of its `secrets`.
    ///
    /// @param secretsDir where they are, as `SERVICE/NAME`; null: they are not looked at, and are empty
    public static Manifest read(
            String shownName,
            @Nullable String expectedService,
            byte[] content,
            Path directory,
            HostFiles files,
            @Nullable Path secretsDir) {
        Document document = Document.read(shownName, content);
        Problems problems = document.problems();
        String service = expectedService == null ? "" : expectedService;
        Values root = null;
        if (document.root() != null) {
            Scope scope = new Scope(problems, "", directory.toAbsolutePath().normalize());
            root = root(document.root(), scope);
        }
        if (root == null) {
            return new Manifest(service, null, problems.sorted());
        }
        String written = root.or(RootKeys.SERVICE, service);
        checkRoot(root, expectedService, problems);
        List<Role> roles = roles(root);
        Path store = secretsDir == null ? null : secretsDir.toAbsolutePath().normalize();
        Environments environments = Environments.read(roles, store, files, problems);
        StoredValues stored = StoredValues.read(written, roles, store, files, problems);
        List<Claim> claims = Claims.of(written, roles, problems);
        Checks.run(written, root, roles, claims, problems);
        String named = expectedService == null ? written : expectedService;
        if (problems.anyError()) {
            return new Manifest(named, null, problems.sorted());
        }
        return accepted(written, root, roles, new HostValues(environments, stored), claims, problems);
    }

    private static @Nullable Values root(Node node, Scope scope) {
        if (Node.isNull(node)) {
            scope.error(node, "empty file");
            return null;
        }
        if (!(node instanceof Node.Mapping)) {
            scope.error(node, "expected a map with version, service and roles, found " + node.kind());
            return null;
        }
        return RootKeys.SECTION.bind(node, scope);
    }

    private static void checkRoot(Values root, @Nullable String expected, Problems problems) {
        missing(RootKeys.VERSION, "write \"version: 1\"", root, problems);
        String name = expected == null ? "NAME" : expected;
        missing(RootKeys.SERVICE, "write \"service: %s\"".formatted(name), root, problems);
        missing(RootKeys.ROLES, "write at least one role, such as \"roles: {web: {}}\"", root, problems);
        Values.Bound<String> service = root.bound(RootKeys.SERVICE);
        if (service != null && expected != null && !service.value().equals(expected)) {
            problems.error(
                    service.place(),
                    service.path(),
                    "\"%s\" is not the file's name; write \"service: %s\", or rename the file to %s.yaml"
                            .formatted(service.value(), expected, service.value()));
        }
    }

    private static void missing(Key<?> key, String hint, Values root, Problems problems) {
        if (root.lacks(key)) {
            problems.error(root.place(), "", "the key \"%s\" is missing; %s".formatted(key.name(), hint));
        }
    }

    private static List<Role> roles(Values root) {
        Values shared = root.without(RootKeys.ROOT_ONLY);
        List<Role> roles = new ArrayList<>();
        Map<String, Located<Values>> written = root.or(RootKeys.ROLES, Map.of());
        written.forEach((name, own) -> roles.add(Role.of(name, own.value(), shared, own.place(), own.path())));
        return roles;
    }

    /// What the files hold that it names.
    private record HostValues(Environments environments, StoredValues stored) {}

    private static Manifest accepted(
            String service, Values root, List<Role> roles, HostValues host, List<Claim> claims, Problems problems) {
        List<RoleSpec> specs = new ArrayList<>();
        Map<String, Values> effective = new LinkedHashMap<>();
        for (Role role : roles) {
            specs.add(Assembly.role(service, role, host.environments().of(role))
                    .with(host.stored().secrets(role), host.stored().files(role)));
            effective.put(role.name(), role.values());
        }
        ServiceSpec spec = Assembly.service(service, root, specs);
        return new Manifest(service, spec, problems.sorted(), claims, new Effective(root, effective, problems));
    }
}
