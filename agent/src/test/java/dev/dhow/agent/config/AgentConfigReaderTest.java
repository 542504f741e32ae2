package dev.dhow.agent.config;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.dhow.agent.config.AgentConfigReader.Result;
import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigReaderTest {
    @Test
    void takesTheWholeContract() {
        AgentConfig config = good("""
            host: {name: web-1, labels: {tier: front}}
            docker: unix:///run/other.sock
            source: {directory: /srv/services.d}
            state_dir: /srv/state
            secrets_dir: /srv/secrets
            api: {socket: /srv/dhow.sock, listen: "[::1]:7461", hosts: [dhow.example.com], tokens_file: null}
            proxy: {http: "0.0.0.0:80", https: "0.0.0.0:443", health: null, trusted_proxies: [private], proxy_protocol: null, accept_from: [], assume_https: false, health_requires: [], certs: /etc/dhow/certs, acme: null}
            registries: {registry.example.com: {username: bot, password_file: /etc/dhow/registry}}
            policy: {bind_roots: [/srv], registries: [], require_digest: false, allow: {shop: [privileged, "cap:NET_ADMIN"]}}
            images: {gc_high: 90, gc_low: 70}
            drain: {health_grace: 35s}
            """);
        assertEquals("web-1", config.hostName());
        assertEquals(Map.of("tier", "front"), config.hostLabels());
        assertEquals("unix:///run/other.sock", config.docker());
        assertEquals(Path.of("/srv/services.d"), config.sourceDirectory());
        assertEquals(Path.of("/srv/state"), config.stateDir());
        assertEquals(Path.of("/srv/secrets"), config.secretsDir());
        assertEquals(Path.of("/srv/dhow.sock"), config.api().socket());
        assertEquals(7461, requireNonNull(config.api().listen()).getPort());
        assertEquals(List.of("dhow.example.com"), config.api().hosts());
        assertEquals(
                Map.of("registry.example.com", new AgentConfig.Registry("bot", Path.of("/etc/dhow/registry"))),
                config.registries());
        assertEquals(new AgentConfig.Images(90, 70), config.images());
        assertEquals(List.of("private"), config.proxy().trustedProxies().entries());
    }

    @Test
    void hasADefaultForEveryKey() {
        assertEquals(AgentConfig.DEFAULT, good(""));
        assertEquals(AgentConfig.DEFAULT, good("# only a comment\n"));
        assertEquals(AgentConfig.DEFAULT, good("api: {}\nhost:\nsource: {}\n"));
    }

    @Test
    void nullSwitchesTcpOff() {
        assertNull(good("api: {listen: null}").api().listen());
        assertEquals(
                7460, requireNonNull(good("api: {socket: /x}").api().listen()).getPort());
    }

    @Test
    void tellsEveryProblem() {
        List<Problem> problems = bad("""
            hosts: {name: a}
            docker: tcp://1.2.3.4:2375
            source: {git: "https://x", directory: services.d}
            state_dir: [1]
            api: {listen: 7460, sockt: /x}
            images: {gc_high: 185}
            drain: {health_grace: 35}
            listen: 1
            """);
        assertEquals(
                """
                agent.yaml:1:1: hosts: unknown key; did you mean "host"?
                agent.yaml:2:9: docker: expected unix:///path/of/the/socket, found "tcp://1.2.3.4:2375"; only the local Docker is managed
                agent.yaml:3:10: source.git: not supported yet
                agent.yaml:3:39: source.directory: expected a path that starts with /, found "services.d"
                agent.yaml:4:12: state_dir: expected absolute path, found a list
                agent.yaml:5:15: api.listen: expected ADDRESS:PORT such as 127.0.0.1:7460 or [::1]:7460, found "7460"
                agent.yaml:5:21: api.sockt: unknown key; did you mean "socket"?
                agent.yaml:6:19: images.gc_high: expected a whole number from 1 to 100, found 185
                agent.yaml:7:23: drain.health_grace: expected a duration with its unit, found "35"; write 35s or 35ms
                agent.yaml:8:1: listen: unknown key; use "api.listen" instead\
                """, String.join("\n", problems.stream().map(Problem::summary).toList()));
    }

    @Test
    void aRegistrysPasswordStandsInAFile() {
        assertEquals("""
            agent.yaml:2:18: registries.a.example.com: "password_file" is missing
            agent.yaml:3:34: registries.b.example.com.password: unknown key; use "password_file" instead
            agent.yaml:4:14: registries.docker.io: "username" is missing
            agent.yaml:5:22: registries.index.docker.io: the same registry as "docker.io"; keep one of them\
            """, summaries("""
                registries:
                  a.example.com: {username: bot}
                  b.example.com: {username: bot, password: hunter2}
                  docker.io: {password_file: /x}
                  "index.docker.io": {username: bot, password_file: /x}
                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registries: {a.example.com: {username: bot, password: hunter2}}",
                "registries:\n  a.example.com:\n    password: hunter2",
                "registries: {a.example.com: {usernam: bot, 'password' : 'hunter2'}}",
                "registries: {a.example.com: {username: bot, token: hunter2}}",
                "registry_password: hunter2",
                "api: {tokens: [], token: hunter2}",
                "host: {nam: x, labels: {DB_PASSWORD: hunter2}}"
            })
    void aPasswordIsNotQuoted(String text) {
        AgentConfigReader.Result.Bad bad = assertInstanceOf(
                AgentConfigReader.Result.Bad.class,
                AgentConfigReader.read("agent.yaml", text.getBytes(StandardCharsets.UTF_8)));
        String told =
                String.join("\n", bad.problems().stream().map(Problem::render).toList());
        assertFalse(told.contains("hunter2"), told);
    }

    @Test
    void theLowMarkIsBelowTheHighOne() {
        assertEquals(
                "agent.yaml:1:18: images.gc_low: 80 is not below gc_high, which is 80; lower it",
                summaries("images: {gc_low: 80, gc_high: 80}"));
        assertEquals(
                "agent.yaml:1:9: images.gc_low: 80 is not below gc_high, which is 70; lower it",
                summaries("images: {gc_high: 70}"));
        assertEquals(
                new AgentConfig.Images(85, 40), good("images: {gc_low: 40}").images());
    }

    private static String summaries(String text) {
        return String.join("\n", bad(text).stream().map(Problem::summary).toList());
    }

    @Test
    void examplesOfTheDocsAreGood() throws Exception {
        Pattern block = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
        int found = 0;
        for (String page : List.of("../docs/agent.md", "../docs/proxy.md", "../README.md")) {
            Matcher matcher = block.matcher(Files.readString(Path.of(page)));
            while (matcher.find()) {
                if (!matcher.group(1).startsWith("version:")) {
                    good(matcher.group(1));
                    found++;
                }
            }
        }
        assertEquals(14, found);
    }

    private static AgentConfig good(String text) {
        return switch (read(text)) {
            case Result.Good(AgentConfig config, List<Problem> _) -> config;
            case Result.Bad(List<Problem> problems) -> throw new AssertionError(problems);
        };
    }

    private static List<Problem> bad(String text) {
        return switch (read(text)) {
            case Result.Good good -> throw new AssertionError(good);
            case Result.Bad(List<Problem> problems) -> problems;
        };
    }

    private static Result read(String text) {
        return AgentConfigReader.read("agent.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
