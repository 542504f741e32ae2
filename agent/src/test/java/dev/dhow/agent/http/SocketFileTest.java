package dev.dhow.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.testing.RawHttp;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    private static Vertx vertx;

    @TempDir
    Path dir;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void shut() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private ApiServer server(Path socket) {
        return new ApiServer(
                vertx,
                new AgentConfig.Api(socket, null, List.of()),
                "web-1",
                new FakeControl().parts(new FakeView(), dir));
    }

    @Test
    void itIsForItsOwnerAndGroupOnlyAndLeavesNothingBehind() throws Exception {
        Path socket = dir.resolve("a/b/dhow.sock");
        ApiServer server = server(socket);
        server.start();
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertEquals(-1, server.tcpPort());
        assertEquals(200, RawHttp.socket(socket).get("/healthz").status());
        server.close();
        try (Stream<Path> left = Files.list(socket.getParent())) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aStaleOneIsReplaced() throws Exception {
        Path socket = dir.resolve("dhow.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket), "the JDK leaves the file");
        try (ApiServer server = server(socket)) {
            server.start();
            assertEquals(200, RawHttp.socket(socket).get("/healthz").status());
        }
    }

    @Test
    void aLiveOneIsLeftAndNamed() throws Exception {
        Path socket = dir.resolve("dhow.sock");
        try (ApiServer first = server(socket)) {
            first.start();
            ApiServer second = server(socket);
            IOException e = assertThrows(IOException.class, second::start);
            assertEquals("another agent answers at " + socket + "; stop it or set another api.socket", e.getMessage());
            assertEquals(200, RawHttp.socket(socket).get("/healthz").status());
        }
    }

    @Test
    void anotherAgentsSocketStaysWhenWeClose() throws Exception {
        Path socket = dir.resolve("dhow.sock");
        ApiServer first = server(socket);
        first.start();
        Files.delete(socket);
        try (ApiServer second = server(socket)) {
            second.start();
            first.close();
            assertEquals(200, RawHttp.socket(socket).get("/healthz").status());
        }
        assertFalse(Files.exists(socket));
    }

    @Test
    void aFileThatIsNoSocketIsNeverReplaced() throws Exception {
        Path file = Files.writeString(dir.resolve("dhow.sock"), "mine");
        IOException e = assertThrows(IOException.class, server(file)::start);
        assertTrue(e.toString().contains("a file that is no socket is in the way"), e.toString());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void aPathThatCannotBeASocketIsToldBeforeItIsTried() {
        IOException tooLong = assertThrows(IOException.class, server(dir.resolve("x".repeat(120)))::start);
        assertTrue(tooLong.toString().contains("too long"), tooLong.toString());
        IOException noDirectory = assertThrows(IOException.class, server(Path.of("/proc/none/dhow.sock"))::start);
        assertTrue(noDirectory.toString().contains("directory cannot be made"), noDirectory.toString());
    }
}
