package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No agent, or no address of one: one line with the next step, exit code 1.
class UnreachableTest {
    private static final Tools TOOLS = TestTools.PLAIN;

    @TempDir
    Path dir;

    private static CliRun status(String host) {
        CliRun run = CliRun.of(TOOLS, Map.of(), false, "--host", host, "status");
        assertEquals(1, run.code());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        return run;
    }

    @Test
    void aMissingSocketTellsHowToStartTheAgent() {
        assertEquals(
                "error: no agent answers at unix://" + dir
                        + "/no.sock (no such socket); start it (systemctl start dhow),"
                        + " or name another with --host or DHOW_HOST\n",
                status("unix://" + dir + "/no.sock").err());
    }

    @Test
    void aSocketWhoseAgentDiedIsToldApart() throws IOException {
        Path socket = dir.resolve("dead.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        String err = status("unix://" + socket).err();
        assertTrue(err.contains("(Connection refused)"), err);
    }

    @Test
    void aClosedPortAndAnUnknownHostAreToldApart() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String refused = status("http://127.0.0.1:" + port).err();
        assertTrue(refused.contains("(Connection refused)"), refused);
        String unknown = status("http://no-such-host.invalid:1").err();
        assertTrue(unknown.contains("no such host; correct --host"), unknown);
    }

    @Test
    void anAgentThatNeverAnswersIsNotWaitedForForEver() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AgentClient client = new AgentClient(Address.find("http://127.0.0.1:" + silent.getLocalPort(), Map.of()));
            Refusal refusal =
                    assertThrows(Refusal.class, () -> client.send(Exchange.Request.get("/"), Duration.ofMillis(50)));
            assertTrue(refusal.toString().contains("no answer within"), refusal.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "web-1",
                "web-1:7460",
                "tcp://web-1",
                "unix://run/x.sock",
                "unix:x",
                "http://",
                "http://a/b",
                "a b"
            })
    void whatIsNoAddressIsToldWithItsForms(String host) {
        String err = status(host).err();
        assertTrue(err.startsWith("error: --host \"" + host + "\""), err);
        assertTrue(err.contains("unix:///PATH"), err);
    }

    @Test
    void httpsIsNotSupportedYet() {
        assertTrue(status("https://web-1").err().contains("https is not supported yet"));
    }
}
