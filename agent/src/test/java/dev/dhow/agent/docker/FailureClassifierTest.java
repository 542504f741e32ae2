package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailureClassifierTest {
    @ParameterizedTest
    @CsvSource({
        "404, No such image: shop:1, true",
        "404, not found, true",
        "400, invalid reference format, true",
        "500, layer does not exist, false",
        "500, no space left on device, false",
        "503, starting, false"
    })
    void onlyAnImageThatIsNotThereIsNotThere(int status, String text, boolean notHere) {
        assertEquals(notHere, EngineImages.notHere(FailureClassifier.kind(Operation.IMAGE_INSPECT, status, text)));
    }

    private static final URI SOCKET = URI.create("unix:///run/x.sock");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CREATE | 404 | No such image: shop:1                                                       | IMAGE_NOT_FOUND
        CREATE | 409 | Conflict. The container name "/a" is already in use by container "f00". You | NAME_TAKEN
        CREATE | 400 | invalid mount config for type "bind": bind source path does not exist: /x   | INVALID
        CREATE | 500 | write /var/lib/docker/tmp: no space left on device                          | DISK_FULL
        CREATE | 500 | something odd                                                               | OTHER
        START  | 404 | No such container: f00                                                      | NOT_FOUND
        START  | 404 | network dhow not found                                                      | NOT_FOUND
        START  | 500 | driver failed: Bind for 0.0.0.0:80 failed: port is already allocated        | PORT_TAKEN
        START  | 500 | listen tcp4 0.0.0.0:80: bind: address already in use                        | PORT_TAKEN
        START  | 500 | failed to bind host port for 0.0.0.0:80:172.18.0.2:80/tcp                   | PORT_TAKEN
        START  | 400 | OCI runtime create failed: exec: "nope": executable file not found in $PATH | INVALID
        START  | 409 | cannot start a paused container, try unpause instead                        | CONFLICT
        START  | 500 | failed to create task for container: context deadline exceeded              | UNAVAILABLE
        START  | 500 | connection error: dial unix:///run/containerd/containerd.sock: timeout      | UNAVAILABLE
        START  | 500 | dial unix /run/containerd/containerd.sock: connect: connection refused      | UNAVAILABLE
        START  | 500 | rpc error: code = Unavailable desc = transport is closing                   | UNAVAILABLE
        CREATE | 500 | error creating overlay mount: context deadline exceeded                     | UNAVAILABLE
        START  | 500 | no space left on device: context deadline exceeded                          | DISK_FULL
        UNPAUSE| 500 | Container f00 is not paused                                                 | CONFLICT
        REMOVE | 409 | You cannot remove a running container f00                                   | CONFLICT
        LIST   | 503 | starting                                                                    | UNAVAILABLE
        PULL   | 404 | manifest for shop:2 not found: manifest unknown: manifest unknown           | IMAGE_NOT_FOUND
        PULL   | 404 | pull access denied for x, repository does not exist or may require 'login'  | IMAGE_NOT_FOUND
        PULL   | 500 | Get "https://r/v2/": no basic auth credentials                              | AUTH
        PULL   | 500 | unauthorized: authentication required                                       | AUTH
        PULL   | 500 | toomanyrequests: You have reached your pull rate limit                      | RATE_LIMITED
        PULL   | 500 | Get "https://r/v2/": dial tcp: lookup r: no such host                       | REGISTRY
        PULL   | 500 | Get "http://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused       | REGISTRY
        PULL   | 500 | net/http: TLS handshake timeout                                             | REGISTRY
        PULL   | 500 | received unexpected HTTP status: 503 Service Unavailable                    | REGISTRY
        PULL   | 500 | failed to register layer: no space left on device                           | DISK_FULL
        PULL   | 400 | invalid reference format                                                    | INVALID
        """)
    void theEnginesWordsDecide(Operation operation, int status, String text, Kind kind) {
        assertEquals(kind, FailureClassifier.kind(operation, status, text));
    }

    /// The image store of containerd, which is Docker's own since 29, begins every failure with the same words.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        failed to do request: Head "https://r/v2/": dial tcp 127.0.0.1:1: connection refused       | REGISTRY
        failed to do request: Head "https://r/v2/": EOF                                            | REGISTRY
        unexpected status from HEAD request to https://r/v2/: 503 Service Unavailable              | REGISTRY
        unexpected status from HEAD request to https://r/v2/: 429 Too Many Requests                | RATE_LIMITED
        unexpected status from HEAD request to https://r/v2/: 403 Forbidden                        | AUTH
        pull access denied, repository does not exist or may require authorization: server message | IMAGE_NOT_FOUND
        pull access denied, repository does not exist …: no basic auth credentials                 | AUTH
        r/geoffrey/app:1: not found                                                                | IMAGE_NOT_FOUND
        """)
    void theWordsAfterContainerdsPreambleDecide(String reason, Kind kind) {
        String text = "failed to resolve reference \"r/geoffrey/app:1\": " + reason;
        assertEquals(kind, FailureClassifier.kind(Operation.PULL, 500, text));
    }

    @Test
    void aTakenPortIsNamed() {
        String said = "Bind for 0.0.0.0:8080 failed: port is already allocated";
        assertEquals(
                "start web-1: Docker says: " + said + "; the port 0.0.0.0:8080 is taken: `ss -ltnup` shows by whom",
                FailureClassifier.message(Operation.START, "web-1", Kind.PORT_TAKEN, said));
    }

    private static RuntimeFailure of(Throwable thrown) {
        return EngineFailures.of(Operation.START, "web-1", SOCKET, thrown);
    }

    @Test
    void dockerJavasExceptionsAreUnwrapped() {
        assertEquals(
                Kind.NOT_FOUND,
                of(new NotFoundException("{\"message\":\"No such container: a\"}"))
                        .kind());
        assertEquals(
                "start web-1: Docker says: it broke",
                of(new InternalServerErrorException("{\"message\":\"it broke\"}"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "No such file or directory,no such socket",
        "Permission denied,permission denied",
        "Connection refused,connection refused"
    })
    void anEngineThatIsNotThereIsSaidSo(String said, String reason) {
        RuntimeFailure failure = of(new RuntimeException(new SocketException(said)));
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertEquals(
                "cannot reach Docker at unix:///run/x.sock: " + reason
                        + "; is docker running, and may this user open it?",
                failure.getMessage());
    }

    @Test
    void aBrokenConnectionLeavesOpenWhetherItHappened() {
        RuntimeFailure failure = of(new RuntimeException(new IOException("Broken pipe")));
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertTrue(failure.toString().endsWith("may have happened"), failure.getMessage());
    }

    @Test
    void onlyAConnectionThatBrokeIsTriedAgain() {
        assertTrue(EngineFailures.brokenConnection(new RuntimeException(new IOException("Broken pipe"))));
        assertTrue(!EngineFailures.brokenConnection(new RuntimeException(new SocketException("Connection refused"))));
        assertTrue(!EngineFailures.brokenConnection(new RuntimeException(new ClosedByInterruptException())));
        assertTrue(!EngineFailures.brokenConnection(new EngineRefusal(500, "no")));
        assertTrue(!EngineFailures.brokenConnection(new NullPointerException()));
    }

    @Test
    void whatNobodyExpectsIsOther() {
        assertEquals(Kind.OTHER, of(new IllegalStateException("?")).kind());
    }
}
