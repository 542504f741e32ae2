package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/// Secrets and files reach their containers, and only as they should.
class SecretStoryIT {
    private static final String[] STORED = {
        "retain: 0",
        "user: \"1000:1000\"",
        "secrets: [TOKEN, {name: tls.key, file: /run/secrets/tls.key}]",
        "files:",
        "  - {target: /etc/app/app.conf, content: \"a=1\\n\"}",
        "  - {target: /etc/app/banner, source: banner.txt, mode: \"0644\"}"
    };

    private static void secret(Site site, String name, String value) throws Exception {
        Path directory = Files.createDirectories(site.root.resolve("secrets/shop"));
        Path file = Files.writeString(directory.resolve(name), value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    private static Site stored(TestEngine engine) throws Exception {
        Site site = new Site(engine);
        secret(site, "TOKEN", "t0ken\n");
        secret(site, "tls.key", "pem\n");
        Files.writeString(site.services.resolve("banner.txt"), "hello\n");
        site.start()
                .drop("shop", Site.file("shop", engine.images().sleeper(), "bot", STORED))
                .settled("shop");
        return site;
    }

    private static String in(Site site, String line) {
        return site.engine.docker("exec", site.only("shop"), "sh", "-c", line).strip();
    }

    private static Path copies(Site site) {
        return site.state.resolve("mounts").resolve(site.only("shop"));
    }

    @Test
    void anyUserOfAContainerReadsThemAndARebootKeepsThem() throws Exception {
        try (TestEngine engine = TestEngine.started();
                Site site = stored(engine)) {
            assertEquals("1000", in(site, "id -u"));
            assertEquals("t0ken", in(site, "echo \"$TOKEN\""));
            assertEquals("pem", in(site, "cat /run/secrets/tls.key"));
            assertEquals("a=1\nhello", in(site, "cat /etc/app/app.conf /etc/app/banner"));
            assertEquals(
                    "444\n444\n644", in(site, "stat -c %a /run/secrets/tls.key /etc/app/app.conf /etc/app/banner"));
            assertTrue(in(site, "cat /proc/mounts")
                    .lines()
                    .filter(line -> line.contains(" /run/secrets/tls.key ") || line.contains(" /etc/app/"))
                    .allMatch(line -> line.split(" ")[3].startsWith("ro,")));
            String id = site.inspect(site.only("shop"), "{{.Id}}");

            site.stop();
            String started = site.inspect(id, "{{.State.StartedAt}}");
            engine.reboot();
            Await.until(
                    "Docker started it",
                    () -> site.inspect(id, "{{.State.Running}}").equals("true")
                            && !site.inspect(id, "{{.State.StartedAt}}").equals(started));
            assertEquals("pem", in(site, "cat /run/secrets/tls.key"));
            site.start().settled("shop");
            assertEquals(id, site.inspect(site.only("shop"), "{{.Id}}"));
        }
    }

    @Test
    void copiesThatAreGoneAreNeverDirectoriesAndAreWrittenAgain() throws Exception {
        try (Site site = stored(TestEngine.shared())) {
            String name = site.only("shop");
            Path copies = copies(site);
            site.stop();
            site.engine.docker("stop", name);
            Shell.run("rm", "-rf", copies.toString());
            Shell.Result start = site.engine.tryDocker("start", name);
            assertNotEquals(0, start.exitCode());
            assertTrue(start.output().contains("does not exist"), start.output());
            assertFalse(Files.exists(copies));
            // The next agent knows from the service's file what this container had, also without its state.
            Shell.run("rm", "-rf", site.state.toString());
            String id = site.inspect(name, "{{.Id}}");
            site.start().settled("shop");
            assertEquals(id, site.inspect(site.only("shop"), "{{.Id}}"));
            assertEquals("pem", in(site, "cat /run/secrets/tls.key"));
        }
        try (Site site = stored(TestEngine.shared())) {
            String name = site.only("shop");
            Shell.run("rm", "-rf", copies(site).toString());
            site.engine.docker("kill", name);
            Await.until(
                    "it runs again",
                    () -> site.inspect(name, "{{.State.Running}}").equals("true"));
            site.settled("shop");
            assertEquals("pem", in(site, "cat /run/secrets/tls.key"));
        }
    }

    @Test
    void aChangedValueIsANewContainerAndTakesItsCopiesAlong() throws Exception {
        try (Site site = stored(TestEngine.shared())) {
            Path before = copies(site);
            String name = site.only("shop");
            secret(site, "tls.key", "other\n");
            Await.until(
                    "replaced",
                    () -> !site.containers().isEmpty()
                            && site.containers().stream().noneMatch(line -> line.startsWith(name + " ")));
            site.settled("shop");
            assertEquals("other", in(site, "cat /run/secrets/tls.key"));
            Await.until("its copies are gone", () -> !Files.exists(before));
            assertTrue(Files.exists(copies(site)));
            Path last = copies(site);
            site.delete("shop");
            Await.until("all is gone", () -> site.containers().isEmpty() && !Files.exists(last));
        }
    }

    @Test
    void aSecretThatOthersCanReadOrThatIsGoneKeepsWhatRuns() throws Exception {
        try (Site site = stored(TestEngine.shared())) {
            var before = site.identities();
            Path token = site.root.resolve("secrets/shop/TOKEN");
            for (Path directory = token.getParent();
                    !directory.equals(Path.of("/tmp"));
                    directory = directory.getParent()) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
            JsonNode refused = site.await(
                    "shop", "refused", s -> Site.condition(s, "SourceValid").startsWith("False"));
            assertTrue(Site.message(refused, "SourceValid").contains("chmod 0640 " + token), refused::toString);
            Files.delete(token);
            site.await("shop", "missing", s -> Site.message(s, "SourceValid").contains("dhow secret set shop TOKEN"));
            assertEquals(before, site.identities());
            secret(site, "TOKEN", "t0ken\n");
            site.settled("shop");
            assertEquals(before, site.identities());
        }
    }

    @Test
    void whatThePolicyDeniesKeepsWhatRuns() throws Exception {
        try (Site site = stored(TestEngine.shared())) {
            var before = site.identities();
            site.drop("shop", Site.file("shop", site.engine.images().sleeper(), "bot", "cap_add: [NET_ADMIN]"));
            JsonNode denied = site.await(
                    "shop", "denied", s -> Site.condition(s, "SourceValid").startsWith("False"));
            assertTrue(
                    Site.message(denied, "SourceValid").contains("policy: {allow: {shop: [\"cap:NET_ADMIN\"]}}"),
                    denied::toString);
            assertEquals(before, site.identities());
            site.drop("shop", Site.file("shop", site.engine.images().sleeper(), "bot", STORED));
            site.settled("shop");
            assertEquals(before, site.identities());
        }
    }

    @Test
    void aServiceWithoutARoleOnThisHostIsAtRest() throws Exception {
        try (Site site = new Site(TestEngine.shared())) {
            site.start()
                    .drop("shop", Site.file("shop", site.engine.images().sleeper(), "bot", "on_hosts: [elsewhere]"))
                    .settled("shop");
            assertEquals(java.util.List.of(), site.containers());
            site.drop("shop", Site.file("shop", site.engine.images().sleeper(), "bot", "on_hosts: [\"host-*\"]"));
            Await.until("it is made", () -> site.containers().size() == 1);
            site.settled("shop");
            site.drop("shop", Site.file("shop", site.engine.images().sleeper(), "bot", "on_hosts: [elsewhere]"));
            Await.until("it is gone", () -> site.containers().isEmpty());
        }
    }
}
