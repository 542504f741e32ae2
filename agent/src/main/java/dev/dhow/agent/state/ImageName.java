package dev.dhow.agent.state;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An image reference taken apart as Docker reads it. Never fails: what Docker would refuse comes apart somehow.
///
/// @param registry the host, with its port if written; [#HUB] where none is named
/// @param repository without the registry; Hub's own images with their `library/`
/// @param tag null: not written
/// @param digest `sha256:…`; null: not written
public record ImageName(
        String registry,
        String repository,
        @Nullable String tag,
        @Nullable String digest) {
    /// The registry that is meant where none is named.
    public static final String HUB = "docker.io";

    private static final Set<String> HUBS = Set.of(HUB, "index.docker.io", "registry-1.docker.io");

    /// Takes a reference apart.
    public static ImageName parse(String reference) {
        int at = reference.indexOf('@');
        String digest = at < 0 ? null : reference.substring(at + 1);
        String named = at < 0 ? reference : reference.substring(0, at);
        int colon = named.lastIndexOf(':');
        boolean tagged = colon > named.lastIndexOf('/');
        String tag = tagged ? named.substring(colon + 1) : null;
        String path = tagged ? named.substring(0, colon) : named;
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = host ? host(first) : HUB;
        String repository = host ? path.substring(slash + 1) : path;
        return new ImageName(
                registry,
                registry.equals(HUB) && !repository.contains("/") ? "library/" + repository : repository,
                tag,
                digest);
    }

    /// The name of a registry that all its names share: what people write down for Hub differs.
    ///
    /// @param written a host, or a URL as Docker's files have it, such as `https://index.docker.io/v1/`
    public static String host(String written) {
        String host = written.replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        host = (slash < 0 ? host : host.substring(0, slash)).toLowerCase(java.util.Locale.ROOT);
        return HUBS.contains(host) ? HUB : host;
    }

    /// Registry and repository, without tag and digest.
    public String place() {
        return registry + "/" + repository;
    }

    /// What two spellings of one reference share; `latest` where neither tag nor digest is written. A
    /// digest leaves the tag beside it without meaning.
    public String canonical() {
        return digest == null ? place() + ":" + (tag == null ? "latest" : tag) : place() + "@" + digest;
    }

    /// The same for a reference as text; ids stay as they are.
    public static String canonical(String reference) {
        return reference.startsWith("sha256:") ? reference : parse(reference).canonical();
    }
}
