package dev.dhow.agent.config;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// The keys of `agent.yaml`. Those of later versions are read and checked, and have no effect yet.
final class ConfigKeys {
    private static final Form<List<Located<String>>> TEXTS = Forms.list(Forms.TEXT);

    static final Key<String> HOST_NAME = Key.inside(
                    "name", Forms.text("name", ConfigKeys::hostName), "This host's name.")
            .orWords("the machine's name at the first start");
    static final Key<Map<String, String>> HOST_LABELS = Key.inside("labels", Forms.TEXT_MAP, "Labels of this host.");
    static final Key<Values> HOST = Key.root("host", Section.of(HOST_NAME, HOST_LABELS), "This host.");
    static final Key<String> DOCKER = Key.root(
                    "docker", Forms.text("unix:///path", ConfigKeys::docker), "Docker's socket.")
            .or("unix:///var/run/docker.sock");
    static final Key<String> DIRECTORY = Key.inside("directory", Forms.ABSOLUTE_PATH, "Where the service files are.")
            .or("/etc/dhow/services.d");
    static final Key<Values> SOURCE = Key.root(
            "source",
            Section.of(
                    DIRECTORY,
                    Key.inside("git", Forms.TEXT, "").unsupported(),
                    Key.inside("http", Forms.TEXT, "").unsupported(),
                    Key.inside("etcd", Forms.TEXT, "").unsupported()),
            "Where desired state comes from.");
    static final Key<String> STATE_DIR =
            Key.root("state_dir", Forms.ABSOLUTE_PATH, "The agent's own files.").or("/var/lib/dhow");
    static final Key<String> SECRETS_DIR =
            Key.root("secrets_dir", Forms.ABSOLUTE_PATH, "Secret values.").or("/etc/dhow/secrets");
    static final Key<String> SOCKET =
            Key.inside("socket", Forms.ABSOLUTE_PATH, "The API's Unix socket.").or("/run/dhow/dhow.sock");
    static final Key<Off<InetSocketAddress>> API_LISTEN = Key.inside(
                    "listen", Listen.OR_OFF, "The API's address for reading; null: none.")
            .or("127.0.0.1:7460");
    static final Key<List<Located<String>>> API_HOSTS =
            Key.inside("hosts", TEXTS, "Further names that a Host header may have.");
    static final Key<Values> API = Key.root(
            "api",
            Section.of(
                    SOCKET,
                    API_LISTEN,
                    API_HOSTS,
                    Key.inside("tokens_file", Forms.ABSOLUTE_PATH, "Tokens for TCP.")
                            .later()),
            "The HTTP API.");
    static final Key<String> USERNAME = Key.inside("username", Forms.TEXT, "The user.");
    static final Key<String> PASSWORD_FILE =
            Key.inside("password_file", Forms.ABSOLUTE_PATH, "The file that holds the password.");
    static final Key<Map<String, Values>> REGISTRIES = Key.root(
            "registries",
            Forms.map(Section.of(USERNAME, PASSWORD_FILE)
                    .knowing(Map.of(
                            "password", "use \"password_file\" instead",
                            "user", "use \"username\" instead",
                            "server", "the registry is the key of this map"))),
            "Logins of registries, by host.");
    static final Key<List<Located<String>>> BIND_ROOTS = Key.inside(
                    "bind_roots", Forms.list(Forms.ABSOLUTE_PATH), "Directories of the host that may be mounted.")
            .or(Policy.DEFAULT.bindRoots());
    static final Key<List<Located<String>>> POLICY_REGISTRIES =
            Key.inside("registries", TEXTS, "Where images may come from; none: anywhere.");
    static final Key<Boolean> REQUIRE_DIGEST =
            Key.inside("require_digest", Forms.BOOL, "Images by digest only.").or(false);
    static final Key<Map<String, List<Located<String>>>> ALLOW =
            Key.inside("allow", Forms.map(Forms.list(AllowWords.WORD)), "What single services may use beyond that.");
    static final Key<Values> POLICY = Key.root(
            "policy",
            Section.of(BIND_ROOTS, POLICY_REGISTRIES, REQUIRE_DIGEST, ALLOW),
            "What service files may ask for.");
    static final Key<Integer> GC_HIGH = Key.inside(
                    "gc_high", Forms.integer(1, 100), "Per cent of Docker's disk above which unused images go.")
            .or(85);
    static final Key<Integer> GC_LOW = Key.inside(
                    "gc_low", Forms.integer(1, 100), "Per cent of Docker's disk at which no more go.")
            .or(80);
    static final Key<Values> IMAGES = Key.root("images", Section.of(GC_HIGH, GC_LOW), "When unused images go.");

    static final Section SECTION = new Section(
            "map",
            List.of(
                    HOST,
                    DOCKER,
                    SOURCE,
                    STATE_DIR,
                    SECRETS_DIR,
                    API,
                    ProxyConfigKeys.PROXY,
                    REGISTRIES,
                    POLICY,
                    IMAGES,
                    ProxyConfigKeys.DRAIN),
            Map.of(
                    "socket", "use \"api.socket\" instead",
                    "listen", "use \"api.listen\" instead",
                    "directory", "use \"source.directory\" instead",
                    "registry", "use \"registries\" instead",
                    "services", "service files stand in the directory of \"source.directory\"",
                    "service", "service files stand in the directory of \"source.directory\"",
                    "roles", "service files stand in the directory of \"source.directory\""),
            true);

    private ConfigKeys() {}

    private static Read<String> hostName(String text) {
        return text.matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
                ? Read.good(text)
                : Read.bad("expected a name of letters, digits, - and ., found \"%s\"".formatted(text));
    }

    private static Read<String> docker(String text) {
        return text.startsWith("unix:///")
                ? Read.good(text)
                : Read.bad("expected unix:///path/of/the/socket, found \"%s\"; only the local Docker is managed"
                        .formatted(text));
    }
}
