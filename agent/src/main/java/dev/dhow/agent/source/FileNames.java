package dev.dhow.agent.source;

/// Which names in the services directory count, and what service each is about.
final class FileNames {
    private FileNames() {}

    /// Whether a file of that name counts: `*.yaml` and `*.yml`, unless hidden.
    ///
    /// That alone leaves out what editors and packages leave behind, because their marks stand at the end or at
    /// the start: `x.yaml~`, `.x.yaml.swp`, `x.yaml.bak`, `x.yaml.tmp`, `x.yaml.dpkg-new`, `x.yaml.rpmsave`,
    /// `#x.yaml#`, `.#x.yaml`, `4913`.
    static boolean counts(String name) {
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    /// The name without its extension.
    static String service(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }
}
