package dev.dhow.agent.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfigReader;
import dev.dhow.agent.config.Policy;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.api.spec.ServiceSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each line that a denial prints is added, and then it is allowed.
class PolicyCheckTest {
    /// On this host `/srv/link` leads to `/etc`, and `/var/run` to `/run`, as on most.
    private static String real(String path) throws IOException {
        if (path.startsWith("/srv/closed/")) {
            throw new IOException("user dhow may not look into /srv/closed");
        }
        return path.replaceFirst("^/srv/link(?=/|$)", "/etc").replaceFirst("^/var/run(?=/|$)", "/run");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        privileged: true                          | privileged[-1] privileged
        privileged: false                         |
        cap_add: [NET_BIND_SERVICE, CHOWN]        |
        cap_add: [CHOWN, NET_ADMIN]               | cap_add[1] cap:NET_ADMIN
        cap_add: [CAP_SYS_ADMIN]                  | cap_add[0] cap:SYS_ADMIN
        cap_add: [ALL]                            | cap_add[0] cap:ALL
        devices: [/dev/dri/card0]                 | devices[0] device:/dev/dri/card0
        devices: ["/dev/dri:/dev/dri:r"]          | devices[0] device:/dev/dri
        gpus: all                                 | gpus[-1] gpu
        network_mode: host                        | network_mode[-1] network:host
        network_mode: none                        |
        security_opt: [no-new-privileges, seccomp=builtin, apparmor=docker-default, "label=level:s0:c1,c2"] |
        security_opt: [seccomp=unconfined]        | security_opt[0] security_opt:seccomp=unconfined
        security_opt: ["apparmor:unconfined"]     | security_opt[0] security_opt:apparmor=unconfined
        security_opt: ["no-new-privileges:false"] | security_opt[0] security_opt:no-new-privileges=false
        security_opt: ["label:disable"]           | security_opt[0] security_opt:label=disable
        security_opt: ["label=type:spc_t"]        | security_opt[0] security_opt:label=type:spc_t
        security_opt: ["seccomp={}"]              | security_opt[0] security_opt:seccomp=profile
        sysctls: {net.core.somaxconn: 1024, kernel.shmmax: 1, fs.mqueue.msg_max: 9} |
        sysctls: {kernel.core_pattern: x}         | sysctls[-1] sysctl:kernel.core_pattern
        sysctls: {vm.swappiness: 1}               | sysctls[-1] sysctl:vm.swappiness
        volumes: [data:/data, /scratch]           |
        volumes: [/srv/data:/x, /srv/data/b:/y]   |
        volumes: [data:/data, /etc:/x]            | volumes[1] bind:/etc
        volumes: [/srv/../etc:/x]                 | volumes[0] bind:/etc
        volumes: [/srvx:/x]                       | volumes[0] bind:/srvx
        volumes: [/srv/link/passwd:/x]            | volumes[0] bind:/etc/passwd
        volumes: [/var/run/docker.sock:/x]        | volumes[0] docker_socket
        volumes: [/run/docker.sock:/x]            | volumes[0] docker_socket
        volumes: [/run//./docker.sock:/x]         | volumes[0] docker_socket
        volumes: [/srv/own/docker.sock:/x]        | volumes[0] docker_socket
        volumes: [/srv/own:/x]                    | volumes[0] docker_socket
        volumes: [/srv/trial/state:/x]            | volumes[0] agent_files
        volumes: [/srv/trial/state/mounts/a:/x]   | volumes[0] agent_files
        volumes: [/srv/trial:/x]                  | volumes[0] agent_files
        volumes: [/srv/trial/dhow.sock:/x]        | volumes[0] agent_files
        volumes: [/srv/trial/data:/x, /srv/trial/state2:/y] |
        """)
    void isDeniedUntilItIsAllowed(String key, String denied) {
        Manifest manifest = read(key);
        ServiceSpec spec = Objects.requireNonNull(manifest.spec());
        List<Denial> denials = check(spec, Policy.DEFAULT);
        assertEquals(
                Objects.requireNonNullElse(denied, ""),
                String.join(
                        " ",
                        denials.stream()
                                .map(d -> "%s[%d] %s".formatted(d.key(), d.index(), word(d.message())))
                                .toList()));
        denials.forEach(d -> assertEquals(List.of(), check(spec, policy(d.message())), d.message()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        nginx:1                              | docker.io
        team/app                             | docker.io
        index.docker.io/team/app             | docker.io
        localhost/app                        | localhost
        registry.example.com/shop/web:1      |
        registry.example.com/shopping/web:1  | registry.example.com
        registry.example.com:5000/shop/web:1 | registry.example.com:5000
        evil.example/registry.example.com/shop/web | evil.example
        ghcr.io/a/b@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa |
        """)
    void imagesComeFromNamedRegistriesOnly(String image, String denied) {
        Policy policy = policy("policy: {registries: [registry.example.com/shop, ghcr.io]}");
        ServiceSpec spec = Objects.requireNonNull(read("image: " + image).spec());
        List<Denial> denials = check(spec, policy);
        assertEquals(denied == null ? 0 : 1, denials.size(), denials::toString);
        for (Denial denial : denials) {
            assertTrue(
                    denial.message().startsWith("images from %s are not allowed".formatted(denied)), denial::message);
            assertEquals(List.of(), check(spec, policy(denial.message())));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        nginx:1 | image[-1] tag
        nginx@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa |
        """)
    void digestsMayBeRequired(String image, String denied) {
        Policy policy = policy("policy: {require_digest: true}");
        ServiceSpec spec = Objects.requireNonNull(read("image: " + image).spec());
        assertEquals(
                denied == null ? "" : denied,
                String.join(
                        "",
                        check(spec, policy).stream()
                                .map(d -> "%s[%d] %s".formatted(d.key(), d.index(), word(d.message())))
                                .toList()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        device:/dev/dri     | devices: [/dev/dri/card0, /dev/dri]
        cap:ALL             | cap_add: [NET_ADMIN, SYS_TIME]
        bind:/var/log       | volumes: [/var/log/app:/x]
        bind:/srv/link      | volumes: [/etc/app:/x]
        bind:/opt/dhow      | volumes: [/opt/dhow/certs:/x]
        """)
    void allowsWhatIsBelow(String word, String key) {
        Policy policy = policy("policy: {allow: {shop: [\"%s\"]}}".formatted(word));
        assertEquals(List.of(), check(Objects.requireNonNull(read(key).spec()), policy));
        Policy ofAnother = policy("policy: {allow: {blog: [\"%s\"]}}".formatted(word));
        assertTrue(!check(Objects.requireNonNull(read(key).spec()), ofAnother).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"volumes: [/srv/closed/x:/x]", "devices: [/srv/closed/x]"})
    void whatCannotBeLookedAtIsDenied(String key) {
        Policy policy = policy("policy: {bind_roots: [/srv/closed], allow: {shop: [\"device:/srv/closed\"]}}");
        List<Denial> denials = check(Objects.requireNonNull(read(key).spec()), policy);
        assertEquals(
                List.of("/srv/closed/x cannot be looked at: user dhow may not look into /srv/closed"),
                denials.stream().map(Denial::message).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "/opt, agent_files",
        "/opt/dhow, agent_files",
        "/opt/dhow/secrets, agent_files",
        "/opt/dhow/secrets/blog, agent_files",
        "/etc/dhow/certs, bind:/etc/dhow/certs"
    })
    void aWordForAPathIsNoneForTheAgentsOwnFiles(String source, String denied) {
        Policy policy = policy("policy: {allow: {shop: [\"bind:/opt\"]}}");
        ServiceSpec spec = Objects.requireNonNull(
                read("volumes: [%s:/x]".formatted(source)).spec());
        assertEquals(
                List.of(denied),
                check(spec, policy).stream().map(d -> word(d.message())).toList());
    }

    @ParameterizedTest
    @CsvSource({"/,/run/docker.sock", "/,/run", "/run,/var/run", "/,/"})
    void bindRootsNeverAllowDockersSocket(String root, String source) {
        Policy policy = policy("policy: {bind_roots: [%s]}".formatted(root));
        List<Denial> denials = check(
                Objects.requireNonNull(
                        read("volumes: [%s:/x]".formatted(source)).spec()),
                policy);
        assertEquals(
                List.of("docker_socket"),
                denials.stream().map(d -> word(d.message())).toList());
    }

    /// The last word of the line to add.
    private static String word(String message) {
        Matcher line =
                Pattern.compile("\\[(?:.*, )?\"?([^\"\\]]+)\"?\\]\\}\\}$").matcher(message);
        return line.find() ? line.group(1) : message;
    }

    /// The policy that a printed line makes.
    private static Policy policy(String message) {
        String line = message.substring(message.indexOf("policy: {"));
        return switch (AgentConfigReader.read("agent.yaml", line.getBytes(StandardCharsets.UTF_8))) {
            case AgentConfigReader.Result.Good good -> good.config().policy();
            case AgentConfigReader.Result.Bad bad -> throw new AssertionError(line + bad.problems());
        };
    }

    private static List<Denial> check(ServiceSpec spec, Policy policy) {
        return PolicyCheck.of(
                spec,
                policy,
                new Host(
                        "/srv/own/docker.sock",
                        List.of("/opt/dhow/secrets", "/srv/trial/state", "/srv/trial/dhow.sock"),
                        PolicyCheckTest::real));
    }

    private static Manifest read(String key) {
        String text = """
            version: 1
            service: shop
            roles:
              bot:
            %s    %s
            """.formatted(key.startsWith("image") ? "" : "    image: a\n", key);
        Manifest manifest = Manifests.read(
                "shop.yaml", "shop", text.getBytes(StandardCharsets.UTF_8), Path.of("/"), _ -> new byte[0]);
        if (!manifest.valid()) {
            throw new AssertionError(manifest.problems());
        }
        return manifest;
    }
}
