package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Engines from 20.10 to 28, with both image stores, pass on of what registries say.
final class PullClassifierTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        404 | pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied | IMAGE_NOT_FOUND
        404 | pull access denied for x, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again. | AUTH
        404 | pull access denied for x, repository does not exist or may require 'docker login': denied: not you | AUTH
        404 | manifest for registry.example.com/shop:2 not found: manifest unknown: manifest unknown | IMAGE_NOT_FOUND
        404 | manifest for ghcr.io/a/b:2 not found: manifest unknown | IMAGE_NOT_FOUND
        404 | manifest for europe-docker.pkg.dev/p/r/i:1 not found: manifest unknown: Requested entity was not found. | IMAGE_NOT_FOUND
        500 | name unknown: Repository "shop" not found | IMAGE_NOT_FOUND
        500 | unknown: artifact library/shop:2 not found | IMAGE_NOT_FOUND
        500 | no matching manifest for linux/arm64/v8 in the manifest list entries | IMAGE_NOT_FOUND
        404 | no match for platform in manifest: not found | IMAGE_NOT_FOUND
        404 | image with reference r/x:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64 | IMAGE_NOT_FOUND
        404 | failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found | IMAGE_NOT_FOUND
        404 | failed to resolve reference "docker.io/a/x:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed | IMAGE_NOT_FOUND
        500 | Get "https://r.example.com/v2/shop/manifests/1": no basic auth credentials | AUTH
        500 | Head "https://r.example.com/v2/shop/manifests/1": unauthorized: authentication required | AUTH
        500 | Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password | AUTH
        500 | Head "https://ghcr.io/v2/a/b/manifests/1": denied: denied | AUTH
        500 | Head "https://ghcr.io/v2/a/b/manifests/1": denied | AUTH
        500 | error from registry: denied | AUTH
        500 | Get "https://registry.gitlab.com/v2/a/b/manifests/1": denied: access forbidden | AUTH
        500 | Head "https://e.pkg.dev/v2/p/r/i/manifests/1": denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource (or it may not exist). | AUTH
        500 | unauthorized: unauthorized to access repository: a/b, action: pull | AUTH
        500 | unauthorized: access to the requested resource is not authorized | AUTH
        500 | failed to resolve reference "r.example.com/x:1": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.example.com/token?service=r: 401 Unauthorized | AUTH
        500 | failed to resolve reference "r.example.com/x:1": unexpected status from HEAD request to https://r.example.com/v2/x/manifests/1: 403 Forbidden | AUTH
        500 | error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: "<html>" | AUTH
        500 | toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit | RATE_LIMITED
        500 | toomanyrequests: Rate exceeded | RATE_LIMITED
        500 | received unexpected HTTP status: 429 Too Many Requests | RATE_LIMITED
        500 | error parsing HTTP 429 response body: invalid character 's' looking for beginning of value: "slow down" | RATE_LIMITED
        500 | failed to copy: httpReadSeeker: failed open: unexpected status code https://r.example.com/v2/x/blobs/sha256:ab: 429 Too Many Requests - Server message: toomanyrequests: wait | RATE_LIMITED
        500 | received unexpected HTTP status: 503 Service Unavailable | REGISTRY
        500 | error parsing HTTP 500 response body: unexpected end of JSON input: "" | REGISTRY
        500 | failed to resolve reference "r.example.com/x:1": unexpected status from HEAD request to https://r.example.com/v2/x/manifests/1: 502 Bad Gateway | REGISTRY
        500 | failed to resolve reference "r.example.com/x:1": failed to do request: Head "https://r.example.com/v2/x/manifests/1": dial tcp: lookup r.example.com on 127.0.0.53:53: no such host | REGISTRY
        500 | Get "https://r.example.com/v2/": dial tcp 10.0.0.1:443: connect: connection refused | REGISTRY
        500 | Get "https://r.example.com/v2/": dial tcp 10.0.0.1:443: connect: no route to host | REGISTRY
        500 | Get "https://r.example.com/v2/": dial tcp: lookup r.example.com: Temporary failure in name resolution | REGISTRY
        500 | Get "https://r.example.com/v2/": x509: certificate signed by unknown authority | REGISTRY
        500 | Get "https://r.example.com/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid | REGISTRY
        500 | Get "https://r.example.com/v2/": http: server gave HTTP response to HTTPS client | REGISTRY
        500 | Get "https://r.example.com/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers) | REGISTRY
        500 | Get "https://r.example.com/v2/": context deadline exceeded | REGISTRY
        500 | Get "https://r.example.com/v2/": EOF | REGISTRY
        500 | unexpected EOF | REGISTRY
        500 | short read: expected 1024 bytes but got 12: unexpected EOF | REGISTRY
        500 | error pulling image configuration: download failed after attempts=6: dial tcp 10.0.0.1:443: i/o timeout | REGISTRY
        500 | read tcp 10.0.0.2:1->10.0.0.1:443: read: connection reset by peer | REGISTRY
        500 | filesystem layer verification failed for digest sha256:ab | REGISTRY
        500 | proxyconnect tcp: dial tcp 10.0.0.3:3128: connect: connection refused | REGISTRY
        500 | failed to register layer: Error processing tar file(exit status 1): write /big: no space left on device | DISK_FULL
        500 | write /var/lib/docker/tmp/GetImageBlob1: disk quota exceeded | DISK_FULL
        500 | failed to extract layer sha256:ab: mkdir /var/lib/containerd/x: no space left on device | DISK_FULL
        400 | invalid reference format | INVALID
        500 | something that nobody has seen | OTHER
        """)
    void theTextDecides(int status, String said, Kind kind) {
        assertEquals(kind, PullClassifier.kind(status, said));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        404 | manifest for r.example.com/eof:1 not found: manifest unknown                        | IMAGE_NOT_FOUND
        500 | Get "https://r.example.com/v2/x509:/unauthorized:/v2/": something that nobody has seen | OTHER
        500 | Get "https://denied:denied@r.example.com/v2/": EOF                                  | REGISTRY
        """)
    void namesAreNoWords(int status, String said, Kind kind) {
        assertEquals(kind, PullClassifier.kind(status, said));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        toomanyrequests: retry after 30s                                  | PT30S
        toomanyrequests: Retry-After: 120                                 | PT2M
        toomanyrequests: please try again in 5 minutes                    | PT5M
        toomanyrequests: retry-after: 1.5s, allowed: 44000/minute         | PT2S
        toomanyrequests: retry-after: 326.546µs, allowed: 44000/minute    | PT1S
        toomanyrequests: retry-after: 250.5ms, allowed: 44000/minute      | PT1S
        toomanyrequests: You have reached your pull rate limit.           |
        """)
    void aWaitIsReadWhereItIsWritten(String said, @Nullable Duration wait) {
        assertEquals(wait, PullClassifier.retryAfter(said));
    }
}
