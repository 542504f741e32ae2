package dev.dhow.agent.manifest;

import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Services that want the same: one host and path, the default route, or one port of the host.
public final class Conflicts {
    private Conflicts() {}

    /// Who is refused, and why. Of two that conflict, the one that holds its claims goes on and the other
    /// is refused;
    /// where neither holds them, or both, both are refused, each naming the other.
    ///
    /// @param manifests usable files, one for each service
    /// @param holders services whose running containers hold what they claim
    /// @return service → its errors in the order of its file; services that go on are not in it
    public static Map<String, List<Problem>> between(Collection<Manifest> manifests, Set<String> holders) {
        Map<Object, List<Claim>> buckets = new HashMap<>();
        manifests.stream()
                .flatMap(manifest -> manifest.claims().stream())
                .forEach(claim -> buckets.computeIfAbsent(claim.what().bucket(), _ -> new ArrayList<>())
                        .add(claim));
        Map<String, List<Problem>> refused = new TreeMap<>();
        for (List<Claim> bucket : buckets.values()) {
            for (Claim claim : bucket) {
                if (bucket.size() > 1) {
                    bucket.stream()
                            .filter(other -> refuses(other, claim, holders))
                            .findFirst()
                            .ifPresent(other -> refused.computeIfAbsent(claim.service(), _ -> new ArrayList<>())
                                    .add(problem(claim, other, holders.contains(other.service()))));
                }
            }
        }
        refused.replaceAll((service, problems) ->
                problems.stream().distinct().sorted(Problem.ORDER).toList());
        return refused;
    }

    private static boolean refuses(Claim other, Claim claim, Set<String> holders) {
        boolean goesOn = holders.contains(claim.service()) && !holders.contains(other.service());
        return !other.service().equals(claim.service())
                && !goesOn
                && other.what().conflicts(claim.what());
    }

    private static Problem problem(Claim claim, Claim other, boolean held) {
        String fix = claim.what() instanceof Claim.Route ? "use another host or path_prefix" : "use another port";
        return new Problem(
                Severity.ERROR,
                claim.file(),
                claim.place().line(),
                claim.place().column(),
                claim.path(),
                "%s is %s service \"%s\", role \"%s\" (%s:%d:%d); %s"
                        .formatted(
                                claim.what().text(),
                                held ? "held by" : "also claimed by",
                                other.service(),
                                other.role(),
                                other.file(),
                                other.place().line(),
                                other.place().column(),
                                fix),
                claim.source());
    }
}
