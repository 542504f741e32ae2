package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.cli.Tools;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the commands without an agent say of files on a disk, where anything may lie. A thread of its own for each
/// test: reading a FIFO cannot be interrupted otherwise.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceFilesTest {
    @TempDir
    Path dir;

    private Path service(String name, String... lines) throws IOException {
        String service = name.substring(0, name.lastIndexOf('.'));
        String body = "version: 1\nservice: %s\nimage: app:1\nroles: {bot: {}}\n".formatted(service);
        return Files.writeString(dir.resolve(name), body + String.join("\n", lines));
    }

    private static List<String> check(Path... files) {
        return ServiceFiles.check(List.of(files), null).stream()
                .map(Problem::summary)
                .toList();
    }

    @Test
    void twoFilesOfOneServiceAreToldOnBoth() throws IOException {
        Path yaml = service("shop.yaml");
        Path yml = service("shop.yml");
        String message = ": shop.yaml and shop.yml are both files of service shop; remove one of them";
        assertEquals(List.of(yaml + message, yml + message), check(yaml, yml));
    }

    @Test
    void oneFileNamedTwiceAndFilesOfTwoDirectoriesAreFine() throws IOException {
        Path yaml = service("shop.yaml");
        Path other =
                Files.copy(yaml, Files.createDirectory(dir.resolve("other")).resolve("shop.yml"));
        assertEquals(List.of(), check(yaml, dir.resolve("other/../shop.yaml"), other));
    }

    @ParameterizedTest
    @CsvSource({
        "fifo, 'it is a FIFO, socket or device, not a regular file'",
        "/dev/zero, 'it is a FIFO, socket or device, not a regular file'",
        "directory, 'it is a directory, not a file'",
        "large, it is larger than 1 MiB (1048577 bytes)",
    })
    void whatIsNoFileToReadIsToldAndNotRead(String name, String why) throws IOException {
        Path odd = odd(name);
        assertEquals(List.of(odd + ": " + why), check(odd));
        assertNull(ServiceFiles.render(odd).text());

        Path shop = service("shop.yaml", "env_file: " + odd);
        List<String> said = check(shop);
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().endsWith(odd + " cannot be read: " + why), said.toString());
    }

    private Path odd(String name) throws IOException {
        Path path = dir.resolve(name);
        switch (name) {
            case "fifo" -> Shell.run("mkfifo", path.toString());
            case "directory" -> Files.createDirectory(path);
            case "large" -> Files.write(path, new byte[(1 << 20) + 1]);
            default -> assertTrue(path.isAbsolute());
        }
        return path;
    }

    @Test
    void aFileOfTheProxyThatIsNotThereIsAWarningAtItsKey() throws IOException {
        Path there = Files.createDirectory(dir.resolve("there"));
        Path shop = Files.writeString(dir.resolve("shop.yaml"), """
            version: 1
            service: shop
            image: app:1
            proxy: {basic_auth: {users_file: %1$s/users}}
            roles:
              web:
                proxy:
                  tls: {certificate: shop.pem, key: %1$s/shop.key}
                  allow_from: [10.0.0.0/8, %1$s]
                  client_auth: {ca: %1$s/ca.pem}
                  error_pages: %1$s/shop.yaml
              bot: {}
            """.replace("%1$s", dir.toString()));
        Path config = Files.writeString(dir.resolve("agent.yaml"), "proxy: {certs: %s}\n".formatted(there));
        List<Problem> problems = ServiceFiles.check(List.of(shop), config);
        assertTrue(problems.stream().noneMatch(Problem::isError), problems.toString());
        assertEquals(
                """
                D/shop.yaml:8:12: roles.web.proxy.tls: D/there/shop.pem does not exist; create it, or correct the path
                D/shop.yaml:8:12: roles.web.proxy.tls: D/shop.key does not exist; create it, or correct the path
                D/shop.yaml:9:19: roles.web.proxy.allow_from: D is a directory, not a file
                D/shop.yaml:4:21: proxy.basic_auth: D/users does not exist; create it, or correct the path
                D/shop.yaml:10:20: roles.web.proxy.client_auth: D/ca.pem does not exist; create it, or correct the path
                D/shop.yaml:11:20: roles.web.proxy.error_pages: D/shop.yaml is no directory\
                """.replace("D", dir.toString()),
                String.join("\n", problems.stream().map(Problem::summary).toList()));
        for (String name : List.of("there/shop.pem", "shop.key", "ca.pem")) {
            Files.writeString(dir.resolve(name), "");
        }
        Path users = Files.writeString(dir.resolve("users"), "# ours\nann:$apr1$x$y\n");
        Path offices = Files.writeString(dir.resolve("offices"), "10.0.0.1/8\n");
        Files.writeString(
                shop,
                Files.readString(shop)
                        .replace("10.0.0.0/8, " + dir, "10.0.0.0/8, " + offices)
                        .replace("error_pages: %s/shop.yaml".formatted(dir), "error_pages: " + there));
        assertEquals(
                """
                D/shop.yaml:9:19: roles.web.proxy.allow_from: D/offices: line 1: "10.0.0.1/8" is an address within a network; write 10.0.0.0/8 for the network, or 10.0.0.1 for the address
                D/shop.yaml:4:21: proxy.basic_auth: D/users: line 2: the user ann has an MD5 hash (apr1); only bcrypt is taken: `htpasswd -B` writes it\
                """.replace("D/", dir + "/"),
                String.join(
                        "\n",
                        ServiceFiles.check(List.of(shop), config).stream()
                                .map(Problem::summary)
                                .toList()));
        Files.writeString(users, "ann:$2y$05$%s\n".formatted("a".repeat(53)));
        Files.writeString(offices, "10.0.0.0/8 # all\n");
        assertEquals(List.of(), ServiceFiles.check(List.of(shop), config));
    }

    @Test
    void whatThisHostCannotDoOfTlsIsAWarning() throws IOException {
        Path shop = Files.writeString(dir.resolve("shop.yaml"), """
            version: 1
            service: shop
            image: shop:1
            roles:
              web: {proxy: {hosts: [a.example.com], tls: {acme: true}}}
            """);
        Path config = dir.resolve("agent.yaml");
        for (var lack : List.of(
                List.of("{}", "nothing is ordered by ACME without `proxy.acme` in agent.yaml"),
                List.of("{http: null, acme: {}}", "ACME asks for its proof by plain HTTP, and this host has no"),
                List.of("{https: null, acme: {}}", "this host has no HTTPS listener; set `proxy.https`"))) {
            Files.writeString(config, "proxy: " + lack.get(0) + "\n");
            Problem problem = ServiceFiles.check(List.of(shop), config).getFirst();
            assertEquals(Problem.Severity.WARNING, problem.severity());
            assertTrue(problem.summary().contains("roles.web.proxy.tls: " + lack.get(1)), problem.summary());
        }
        Files.writeString(config, "proxy: {acme: {}}\n");
        assertEquals(List.of(), ServiceFiles.check(List.of(shop), config));
        assertEquals(List.of(), ServiceFiles.check(List.of(shop), null), "nobody knows of which host");
    }

    @Test
    void aHostThatNoCertificateFitsIsAWarning() throws IOException {
        Path shop = Files.writeString(dir.resolve("shop.yaml"), """
            version: 1
            service: shop
            image: shop:1
            roles:
              web: {proxy: {hosts: [a.example.com, "*.example.org"], tls: true}}
              any: {proxy: {default: true, tls: true}}
              bot: {proxy: {hosts: [b.example.com]}}
            """);
        Path certs = dir.resolve("certs");
        Path config = Files.writeString(dir.resolve("agent.yaml"), "proxy: {certs: %s}\n".formatted(certs));
        String none =
                "D/shop.yaml:6:37: roles.any.proxy.tls: no certificate is in D/certs; put one there as NAME.pem with"
                        + " NAME.key";
        String both = """
            D/shop.yaml:5:63: roles.web.proxy.tls: no certificate in D/certs fits a.example.com, *.example.org; put one there as NAME.pem with NAME.key, or set `proxy.acme` in agent.yaml
            """ + none;
        assertEquals(both, told(shop, config), "there is no such directory");
        Files.writeString(Files.createDirectory(certs).resolve("other.pem"), "nonsense");
        assertEquals(both, told(shop, config));
        Instant from = Instant.parse("2020-01-01T00:00:00Z");
        Issuer root = Issuer.root("Test root");
        Issuer.Issued issued = root.issue(Issuer.ec(), from, from.plus(Duration.ofDays(36_500)), "*.example.com");
        Files.writeString(certs.resolve("shop.pem"), issued.certificates());
        String one =
                "D/shop.yaml:5:63: roles.web.proxy.tls: no certificate in D/certs fits *.example.org; put one there as"
                        + " NAME.pem with NAME.key";
        assertEquals(one, told(shop, config));
        String others = root.issue(Issuer.ec(), from, from.plus(Duration.ofDays(36_500)), "*.example.org")
                .certificates();
        Files.writeString(certs.resolve("shop.pem"), issued.certificates() + others);
        assertEquals(one, told(shop, config), "a file is for one certificate");
        Issuer named = root.below("*.example.org");
        Issuer.Issued below = named.issue(Issuer.ec(), from, from.plus(Duration.ofDays(36_500)), "*.example.com");
        Files.writeString(certs.resolve("shop.pem"), below.certificates());
        assertEquals(one, told(shop, config), "who signed it stands for no host");
        Files.writeString(certs.resolve("shop.pem"), Issuer.pem(named.certificate, below.leaf()));
        assertEquals(one, told(shop, config), "in any order");
        Files.writeString(config, "proxy: {certs: %s, acme: {}}\n".formatted(certs));
        assertEquals(one, told(shop, config), "ACME orders no wildcards");
        Files.writeString(shop, Files.readString(shop).replace(", \"*.example.org\"", ""));
        assertEquals("", told(shop, config));
        Files.delete(certs.resolve("shop.pem"));
        assertEquals(none, told(shop, config), "ACME orders a.example.com");
        assertEquals(List.of(), ServiceFiles.check(List.of(shop), null), "nobody knows of which host");
        Files.writeString(config, "proxy: {certs: %s}\n".formatted(config));
        assertEquals("", told(shop, config), "nobody knows: who checks a file need not be allowed to look there");
    }

    private String told(Path file, Path config) {
        return String.join(
                        "\n",
                        ServiceFiles.check(List.of(file), config).stream()
                                .filter(problem -> !problem.isError())
                                .map(Problem::summary)
                                .toList())
                .replace(dir.toString(), "D");
    }

    @Test
    void aFileThatIsNotThereIsTold() throws IOException {
        Path gone = dir.resolve("gone.yaml");
        assertEquals(List.of(gone + ": no such file"), check(gone));
        Path link = Files.createSymbolicLink(dir.resolve("link.yaml"), gone);
        assertEquals(List.of(link + ": a symbolic link to a file that is not there"), check(link));
    }

    private static Tools.Edited edit(String text, @Nullable String image) {
        return ServiceFiles.edit("any.yaml", text.getBytes(StandardCharsets.UTF_8), image);
    }

    private static List<String> problems(Tools.Edited edited) {
        return edited.problems().stream().map(Problem::summary).toList();
    }

    @Test
    void aTextIsSentAsItIsToTheServiceThatItNames() {
        Tools.Edited edited = edit("service: shop\nimagee: x\n", null);
        assertEquals("shop", edited.service());
        assertEquals(List.of(), edited.problems(), "what else is wrong is the agent's to say");
        assertEquals("service: shop\nimagee: x\n", new String(edited.content(), StandardCharsets.UTF_8));
    }

    @Test
    void aTextGetsAnotherImage() {
        Tools.Edited edited = edit("service: shop\nimage: shop:1 # one\n", "shop:2");
        assertEquals("service: shop\nimage: shop:2 # one\n", new String(edited.content(), StandardCharsets.UTF_8));
        assertEquals(
                List.of("any.yaml:1:1: there is no image to replace; write \"image: shop:2\""),
                problems(edit("service: shop\n", "shop:2")));
    }

    @Test
    void aTextThatNamesNoServiceIsToldWithAllThatIsWrong() {
        assertTrue(problems(edit("version: 1\n", null)).stream().anyMatch(p -> p.contains("\"service\" is missing")));
        assertTrue(problems(edit("service: Shop_1\n", null)).stream().anyMatch(p -> p.contains("is no name")));
        assertTrue(problems(edit("a: [\n", null)).getFirst().startsWith("any.yaml:"));
    }
}
