package dev.dhow.agent.policy;

/// An image reference, as far as a policy asks.
///
/// @param host the registry; `docker.io` where none is written
/// @param repository with its path, without tag and digest
/// @param digest whether it is named by its digest
record ImageName(String host, String repository, boolean digest) {
    static ImageName of(String reference) {
        boolean digest = reference.contains("@");
        String name = digest ? reference.substring(0, reference.indexOf('@')) : reference;
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String host = named ? first : "docker.io";
        String rest = named ? name.substring(slash + 1) : slash < 0 ? "library/" + name : name;
        int colon = rest.lastIndexOf(':');
        String repository = colon > rest.lastIndexOf('/') ? rest.substring(0, colon) : rest;
        return new ImageName(host.equals("index.docker.io") ? "docker.io" : host, repository, digest);
    }

    /// Whether it comes from a registry, or from below a path of one.
    boolean in(String registry) {
        String all = host + "/" + repository;
        return all.equals(registry) || all.startsWith(registry.endsWith("/") ? registry : registry + "/");
    }
}
