package dev.dhow.agent.manifest;

import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One service file after reading: what it wants, or why it cannot be used.
///
/// @param service the service it is about: its file's name without the extension, else what the file says; empty where
///     neither is known
/// @param spec null where a problem is an error
/// @param problems errors and warnings, in the order of the file
/// @param claims what it asks of the host that no other service can have beside it; none where it cannot be used
/// @param effective for [Render]; null where it cannot be used
public record Manifest(
        String service,
        @Nullable ServiceSpec spec,
        List<Problem> problems,
        List<Claim> claims,
        @Nullable Effective effective) {
    /// Copies the lists.
    public Manifest {
        problems = List.copyOf(problems);
        claims = List.copyOf(claims);
    }

    /// One without claims.
    public Manifest(String service, @Nullable ServiceSpec spec, List<Problem> problems) {
        this(service, spec, problems, List.of(), null);
    }

    /// What it wants on one host. A role that does not run there claims nothing of it either.
    ///
    /// @param labels the host's
    public Manifest on(String host, Map<String, String> labels) {
        if (spec == null) {
            return this;
        }
        ServiceSpec here = spec.on(host, labels);
        List<Claim> ours = claims.stream()
                .filter(claim -> here.role(claim.role()).isPresent())
                .toList();
        return new Manifest(service, here, problems, ours, effective);
    }

    /// The same with further problems; with an error among them it cannot be used.
    public Manifest with(List<Problem> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<Problem> all = new ArrayList<>(problems);
        all.addAll(more);
        all.sort(Problem.ORDER);
        return all.stream().anyMatch(Problem::isError)
                ? new Manifest(service, null, all)
                : new Manifest(service, spec, all, claims, effective);
    }

    /// A problem at a key of a role, or at an entry of its list.
    ///
    /// @param key such as `volumes`, or `proxy.tls` for one inside of `proxy`
    /// @param index the entry, from 0, of `volumes` without file systems in memory; -1: the key as a whole
    /// @throws IllegalArgumentException when the manifest cannot be used, or has no such role
    public Problem problem(Problem.Severity severity, String role, String key, int index, String message) {
        if (effective == null) {
            throw new IllegalArgumentException("the file of %s cannot be used".formatted(service));
        }
        return effective.problem(severity, role, key, index, message);
    }

    /// Whether it can be used.
    public boolean valid() {
        return spec != null;
    }
}
