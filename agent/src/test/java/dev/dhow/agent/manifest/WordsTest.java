package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.ProxySpec.Serving;
import dev.dhow.api.spec.ProxySpec.Tls;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What single values become, one row each.
class WordsTest {
    static Stream<Arguments> values() {
        return Stream.of(
                row("image: app:1.10", RoleSpec::image, "app:1.10"),
                row("image: 12e0345", RoleSpec::image, "12e0345"),
                row("user: 0644", r -> r.container().process().user(), "0644"),
                row("user: 1_000", r -> r.container().process().user(), "1_000"),
                row("user: 22:22", r -> r.container().process().user(), "22:22"),
                row("user: no", r -> r.container().process().user(), "no"),
                row("user: null", r -> r.container().process().user(), null),
                row("user: \"null\"", r -> r.container().process().user(), "null"),
                row("init: \"true\"", r -> r.container().process().init(), true),
                row("restart: no", r -> Defaults.restart(r.container()).mode().name(), "NO"),
                row(
                        "cap_add: [net_admin, Cap_Chown]",
                        r -> r.container().privileges().capAdd(),
                        List.of("NET_ADMIN", "CHOWN")),
                row("cap_drop: [all, cap_kill]", r -> r.container().process().capDrop(), List.of("ALL", "CAP_KILL")),
                row("mem_limit: 64m", r -> r.container().limits().memLimit(), 64L << 20),
                row("mem_limit: 64MB", r -> r.container().limits().memLimit(), 64L << 20),
                row("mem_limit: 1.5g", r -> r.container().limits().memLimit(), 3L << 29),
                row("mem_limit: 8000000", r -> r.container().limits().memLimit(), 8_000_000L),
                row("cpus: 1.25", r -> r.container().limits().nanoCpus(), 1_250_000_000L),
                row("stop_grace_period: 1h30m", r -> Defaults.stopGracePeriod(r).toSeconds(), 5400L),
                row("stop_grace_period: 1.5s", r -> Defaults.stopGracePeriod(r).toSeconds(), 2L),
                row("readiness_delay: 500ms", r -> r.readinessDelay().toMillis(), 500L),
                row("command: sh -c \"a 'b'\"", r -> r.container().process().command(), List.of("sh", "-c", "a 'b'")),
                row("entrypoint: []", r -> r.container().process().entrypoint(), List.of()),
                row("labels: [a, b=c=d]", r -> r.container().labels(), Map.of("a", "", "b", "c=d")),
                row(
                        "ports: [\"[::1]:80-81:90-91/udp\"]",
                        r -> r.container().network().ports().size(),
                        2),
                row(
                        "volumes: [./a/../b:/x]",
                        r -> r.container().storage().volumes().toString(),
                        "[Bind[source=/etc/dhow/b, target=/x, readOnly=false, createHostPath=true, propagation=null]]"),
                row(
                        "volumes: [data:/x:ro]",
                        r -> r.container().storage().volumes().toString(),
                        "[Named[name=s_data, target=/x, readOnly=true, external=false, exclusive=false,"
                                + " nocopy=false]]"),
                row(
                        "proxy: {path_prefix: /a/}",
                        r -> Objects.requireNonNull(r.proxy()).pathPrefix(),
                        "/a"),
                proxied(
                        "{}",
                        p -> List.of(p.tls(), p.access(), p.serving()),
                        List.of(Tls.OFF, Access.ANYONE, Serving.DEFAULT)),
                proxied(
                        "{tls: false, redirect_https: false, assume_https: false, response_timeout: 30s, sticky:"
                                + " false}",
                        p -> p,
                        ProxySpec.PLAIN),
                proxied("{tls: true}", ProxySpec::tls, new Tls(new CertificateSource.Fitting(), true, false)),
                proxied(
                        "{tls: false, assume_https: true}",
                        ProxySpec::tls,
                        new Tls(new CertificateSource.None(), false, true)),
                proxied(
                        "{tls: {acme: true}, hosts: a, redirect_https: false}",
                        ProxySpec::tls,
                        new Tls(new CertificateSource.Acme(), false, false)),
                proxied(
                        "{tls: {certificate: a.pem, key: /b.key}}",
                        ProxySpec::tls,
                        new Tls(new CertificateSource.Files("a.pem", "/b.key"), true, false)),
                proxied("{response_timeout: 1m}", p -> p.serving().responseTimeout(), Duration.ofMinutes(1)),
                proxied("{max_request_body: 10m}", p -> p.serving().maxRequestBody(), 10L << 20),
                proxied("{canonical_host: WWW.Example.com.}", p -> p.serving().canonicalHost(), "www.example.com"),
                proxied("{sticky: true}", p -> p.serving().sticky(), true),
                proxied("{error_pages: /srv/pages}", p -> p.serving().errorPages(), "/srv/pages"),
                proxied(
                        "{response_headers: {B: 1, A: x}}",
                        p -> p.serving().responseHeaders().toString(),
                        "{B=1, A=x}"),
                proxied(
                        "{allow_from: 10.0.0.0/8}",
                        ProxySpec::access,
                        new Access(List.of("10.0.0.0/8"), null, null, null)),
                proxied(
                        "{allow_from: [/a, \"::FFFF:10.0.0.1\", \"2001:DB8:0:0::/64\"]}",
                        ProxySpec::access,
                        new Access(List.of("10.0.0.1", "2001:db8::/64"), "/a", null, null)),
                proxied(
                        "{basic_auth: {users_file: /u}, tls: true, client_auth: {ca: /c}}",
                        ProxySpec::access,
                        new Access(List.of(), null, "/u", "/c")),
                row("healthcheck: {test: bin/x}", r -> r.health().test(), List.of("CMD-SHELL", "bin/x")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void becomes(String line, Function<RoleSpec, @Nullable Object> part, @Nullable Object expected) {
        assertEquals(expected, part.apply(role(line)), line);
    }

    @Test
    void aRoleWithItsOwnKindOfCheckLosesTheRoots() {
        RoleSpec role = role("healthcheck: {tcp: {port: 1}}\nhealthcheck_at_root");
        assertEquals(null, role.health().test());
        assertEquals(7, role.health().retries());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        CMD-SHELL ; true                       ; true
        CMD-SHELL ; :                          ; :
        CMD-SHELL ; exit 0                     ; exit 0
        CMD-SHELL ; curl -f x || exit 0        ; exit 0
        CMD-SHELL ; curl -f x || echo failed   ; echo failed
        CMD-SHELL ; sleep 1                    ; sleep 1
        CMD-SHELL ; /bin/date                  ; /bin/date
        CMD-SHELL ; curl -f x || exit 1        ;
        CMD-SHELL ; exit 1                     ;
        CMD-SHELL ; echo x && curl y           ;
        CMD-SHELL ; echo x > /dev/tcp/db/5432  ;
        CMD-SHELL ; truenas-check              ;
        CMD       ; true                       ; true
        CMD       ; /bin/alive                 ;
        """)
    void seesACheckThatCannotFail(String kind, String command, @Nullable String found) {
        assertEquals(found, WeakChecks.find(List.of(kind, command)));
    }

    @Test
    void readsEnvironmentFilesAsComposeDoes() {
        String text =
                "\uFEFF# c\r\nA=1\nexport B = two # c\nC='it''\nD=\"a\\nb \\\"q\\\" $X\"\nE=\n\n  F=x#y\nG='l1\nl2'\n";
        assertEquals(
                new DotEnv.Good(Map.of(
                        "A", "1", "B", "two", "C", "it", "D", "a\nb \"q\" $X", "E", "", "F", "x#y", "G", "l1\nl2")),
                DotEnv.parse(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                new DotEnv.Bad(2, "a quote is not closed"),
                DotEnv.parse("A=1\nB=\"x\nC=2\n".getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                new DotEnv.Bad(1, "no name of letters, digits and _ before ="),
                DotEnv.parse("a secret=1".getBytes(StandardCharsets.UTF_8)));
    }

    private static Arguments row(String line, Function<RoleSpec, @Nullable Object> part, @Nullable Object expected) {
        return Arguments.of(line, part, expected);
    }

    private static Arguments proxied(String map, Function<ProxySpec, @Nullable Object> part, Object expected) {
        return row("proxy: " + map, r -> part.apply(Objects.requireNonNull(r.proxy())), expected);
    }

    private static RoleSpec role(String line) {
        String root = line.contains("healthcheck_at_root") ? "healthcheck: {test: bin/x, retries: 7}\n" : "";
        String own = line.replace("\nhealthcheck_at_root", "");
        String text = "version: 1\nservice: s\nimage: default\n%sroles:\n  web:\n    %s\n".formatted(root, own);
        Manifest manifest =
                Manifests.read("f", null, text.getBytes(StandardCharsets.UTF_8), Path.of("/etc/dhow"), TestFiles.FILES);
        ServiceSpec spec = Objects.requireNonNull(
                manifest.spec(), () -> manifest.problems().toString());
        return spec.roles().getFirst();
    }
}
