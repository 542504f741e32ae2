package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Promise P2: a bad, half-written, missing or emptied file never changes what runs.
class SourceStoryIT {
    private final Site site = new Site(TestEngine.shared());
    private final String sleeper = site.engine.images().sleeper();
    private List<String> before = List.of();

    @BeforeEach
    void start() throws Exception {
        site.start().drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        before = site.identities();
    }

    @AfterEach
    void end() {
        site.close();
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(site.services.resolve(name), text);
    }

    private JsonNode invalid(String service) {
        return site.await(
                service, "invalid", s -> Site.condition(s, "SourceValid").startsWith("False"));
    }

    /// F20
    @Test
    void badFilesKeepWhatRunsAlsoOverARestart() throws Exception {
        for (String bad :
                List.of("version: 1\nservice: shop\nroles: {bot: {imagee: x}}\n", "", "[[[[", "# nothing\n")) {
            write("shop.yaml", bad);
            invalid("shop");
            assertEquals(before, site.identities(), bad);
            site.restart();
            invalid("shop");
            assertEquals(before, site.identities(), bad);
        }
        String message = Site.message(site.status("shop"), "SourceValid");
        assertTrue(message.contains("shop.yaml"), message);
        site.drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        assertEquals(before, site.identities());
    }

    @Test
    void badFileOfALostStateIsHeldAtTheAgentsStart() throws Exception {
        write("shop.yaml", "version: 2\n");
        invalid("shop");
        site.stop();
        Shell.run("rm", "-rf", site.state.toString());
        site.start();
        JsonNode held = invalid("shop");
        assertEquals("Held", held.path("phase").asText());
        assertEquals(before, site.identities());
    }

    @Test
    void vanishedDirectoryHoldsEverything() throws Exception {
        Path aside = site.root.resolve("aside");
        Files.move(site.services, aside);
        site.await("shop", "held", s -> Site.condition(s, "SourceValid").startsWith("Unknown"));
        site.restart();
        site.await("shop", "held", s -> Site.condition(s, "SourceValid").startsWith("Unknown"));
        assertEquals(before, site.identities());
        Files.createDirectory(site.services);
        site.await(
                "shop",
                "held in the new directory",
                s -> Site.message(s, "SourceValid").contains("not the directory"));
        Files.delete(site.services);
        Files.move(aside, site.services);
        site.settled("shop");
        assertEquals(before, site.identities());
    }

    @Test
    void halfWrittenFileCountsWhenItIsWhole() throws Exception {
        String text = Site.file("slow", sleeper, "bot", "environment: {LAST: 'line'}");
        try (OutputStream out = Files.newOutputStream(site.services.resolve("slow.yaml"))) {
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                out.write(b);
                out.flush();
                Thread.sleep(20);
            }
        }
        site.settled("slow");
        assertTrue(site.inspect(site.only("slow"), "{{.Config.Env}}").contains("LAST=line"));
        assertEquals(
                1, site.containers().stream().filter(c -> c.startsWith("slow-")).count());
    }

    @Test
    void strangeFilesHurtOnlyThemselves() throws Exception {
        Shell.run("mkfifo", site.services.resolve("pipe.yaml").toString());
        Files.createDirectory(site.services.resolve("folder.yaml"));
        Files.createSymbolicLink(site.services.resolve("loop.yaml"), site.services.resolve("loop.yaml"));
        Files.write(site.services.resolve("large.yaml"), new byte[20 * 1024 * 1024]);
        write("bomb.yaml", "[".repeat(10_000));
        write(".hidden.yaml", "[");
        write("shop.yaml~", "[");
        for (String service : List.of("pipe", "folder", "loop", "large", "bomb")) {
            site.await(
                    service,
                    "told",
                    s -> !Site.condition(s, "SourceValid").startsWith("True")
                            && !Site.condition(s, "SourceValid").equals("none")
                            && s.path("phase").asText().equals("Held"));
        }
        site.drop("more", Site.file("more", sleeper, "bot")).settled("more");
        assertTrue(site.identities().containsAll(before));
        Shell.run("rm", "-rf", site.services.resolve("folder.yaml").toString());
    }

    @Test
    void twoFilesOfOneServiceAreRefusedAndWhatRunsIsKept() throws Exception {
        write("shop.yml", Site.file("shop", sleeper, "bot", "replicas: 3"));
        invalid("shop");
        assertEquals(before, site.identities());
        Files.delete(site.services.resolve("shop.yml"));
        site.settled("shop");
        assertEquals(before, site.identities());
    }

    @Test
    void newcomerWhoWantsWhatAnotherHoldsIsRefused() throws Exception {
        String web = site.engine.images().web();
        site.drop("a", Site.file("a", web, "web", "proxy: {hosts: [a.example.com]}"))
                .settled("a");
        site.drop("b", Site.file("b", web, "web", "proxy: {hosts: [a.example.com]}"));
        String message = Site.message(invalid("b"), "SourceValid");
        assertTrue(message.contains("held by") && message.contains("\"a\""), message);
        site.settled("a");
        site.restart();
        invalid("b");
        site.settled("a");
        site.delete("a");
        site.settled("b");
    }

    @Test
    void fileOfAServiceThatWasDeletedWhileTheAgentWasDownIsRemovedLater() throws Exception {
        site.stop();
        site.delete("shop");
        site.start();
        Await.until("read", () -> site.get("/readyz").statusCode() == 200);
        assertEquals(before, site.identities(), "not at once");
        Await.until("removed", () -> site.containers().isEmpty());
    }
}
