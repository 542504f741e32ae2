package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.ProxySpec.Serving;
import dev.dhow.api.spec.ProxySpec.Tls;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Revisions of files that exist stay what they were: histories and containers name them.
class RevisionTest {
    private static final CertificateSource NONE = new CertificateSource.None();
    private static final Serving PLAIN = Serving.DEFAULT;

    @Test
    void whatFilesCouldSayBeforeIsPinned() {
        ProxySpec hosts = new ProxySpec(List.of("a.example", "*.b.example"), true, "/x", false, 3000);
        assertEquals("11e318e8 89a45e37 3d54c0d0", String.join(" ", of(null), of(ProxySpec.PLAIN), of(hosts)));
    }

    static Stream<ProxySpec> changes() {
        CertificateSource fitting = new CertificateSource.Fitting();
        return Stream.of(
                tls(fitting, true, false),
                tls(fitting, false, false),
                tls(new CertificateSource.Acme(), true, false),
                tls(new CertificateSource.Files("a.pem", "a.key"), true, false),
                tls(new CertificateSource.Files("a.pem", "b.key"), true, false),
                tls(NONE, false, true),
                access(new Access(List.of("10.0.0.0/8"), null, null, null)),
                access(new Access(List.of(), "/a", null, null)),
                access(new Access(List.of(), null, "/a", null)),
                access(new Access(List.of(), null, null, "/a")),
                serving(new Serving(Duration.ofSeconds(31), null, null, false, null, Map.of())),
                serving(new Serving(Defaults.RESPONSE_TIMEOUT, 1L, null, false, null, Map.of())),
                serving(new Serving(Defaults.RESPONSE_TIMEOUT, null, "/a", false, null, Map.of())),
                serving(new Serving(Defaults.RESPONSE_TIMEOUT, null, null, true, null, Map.of())),
                serving(new Serving(Defaults.RESPONSE_TIMEOUT, null, null, false, "/a", Map.of())),
                serving(new Serving(Defaults.RESPONSE_TIMEOUT, null, null, false, null, Map.of("A", "/a"))));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void everyKeyOfTheProxyIsANewRevision(ProxySpec changed) {
        assertNotEquals(of(ProxySpec.PLAIN), of(changed));
    }

    @Test
    void noTwoKeysAreTheSameChange() {
        assertEquals(
                changes().count(), changes().map(RevisionTest::of).distinct().count());
    }

    private static ProxySpec tls(CertificateSource source, boolean redirect, boolean assume) {
        return proxy(new Tls(source, redirect, assume), Access.ANYONE, PLAIN);
    }

    private static ProxySpec access(Access access) {
        return proxy(Tls.OFF, access, PLAIN);
    }

    private static ProxySpec serving(Serving serving) {
        return proxy(Tls.OFF, Access.ANYONE, serving);
    }

    private static ProxySpec proxy(Tls tls, Access access, Serving serving) {
        return new ProxySpec(List.of(), false, "/", true, null, tls, access, serving);
    }

    private static String of(@Nullable ProxySpec proxy) {
        return Revision.of(new ServiceSpec("shop", List.of(TestRoles.proxiedBy(proxy))), Map.of(), null);
    }
}
