package dev.dhow.agent.proxy;

import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.access.PasswordCheck;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.tls.CertificateListener;
import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.tls.CertificatesConfig;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The real proxy with listeners for TLS and for plain requests, before one real server.
final class TlsSite {
    static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    static final Instant FAR_AHEAD = Instant.parse("2090-01-01T00:00:00Z");
    private static final Duration POLL = Duration.ofMillis(20);

    final Issuer root = Issuer.root("Test root");
    final Backends app;
    final Certificates certificates;
    final Proxy proxy;
    final int tls;
    final int plain;
    private final Path certs;
    private final Vertx vertx = Vertx.vertx();
    private final FileWatch files = Bench.watch();
    private final PasswordCheck logins = new PasswordCheck(1);

    TlsSite(Path temp, ProxyListener listener) throws Exception {
        this(temp, listener, Ticker.system());
    }

    /// @param ticker the proxy's
    TlsSite(Path temp, ProxyListener listener, Ticker ticker) throws Exception {
        certs = Files.createDirectory(temp.resolve("certs"));
        app = new Backends("app");
        certificates = new Certificates(
                new CertificatesConfig(certs, temp.resolve("acme"), null, POLL),
                Ticker.system(),
                CertificateListener.NONE);
        certificates.start();
        proxy = Proxy.start(
                vertx,
                2,
                new Settings(Networks.NONE, false, List.of(), certificates),
                () -> true,
                listener,
                ticker,
                RandomGenerator.getDefault());
        proxy.guardedBy(new Guards(files, logins, new byte[32]));
        tls = proxy.listenTls("https", new InetSocketAddress("127.0.0.1", 0));
        plain = proxy.listen("http", new InetSocketAddress("127.0.0.1", 0));
    }

    /// Puts a certificate for these names into the directory, valid for long, and waits until it is known.
    Issuer.Issued certificate(String file, String... names) throws IOException {
        Issuer.Issued issued = put(file, root.issue(Issuer.ec(), LONG_AGO, FAR_AHEAD, names));
        Set<String> expected = Set.of(names);
        Await.until(
                file + " is known",
                () -> certificates.status().stream()
                        .anyMatch(status -> Set.copyOf(status.names()).equals(expected)));
        return issued;
    }

    Issuer.Issued put(String file, Issuer.Issued issued) throws IOException {
        move(file + ".pem", issued.certificates());
        move(file + ".key", issued.key());
        return issued;
    }

    private void move(String name, String text) throws IOException {
        Path aside = Files.writeString(certs.resolve("." + name), text);
        Files.move(aside, certs.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Writes into a file of the directory as it stands.
    void scribble(String name, String text) throws IOException {
        Files.writeString(certs.resolve(name), text);
    }

    /// Serves a service of one role, and waits until its certificate answers.
    void serve(String service, ProxySpec spec) throws Exception {
        serve(service, spec, app.port());
    }

    /// Serves all that has a name from another server.
    void serveAt(int port) throws Exception {
        proxy.forget("one");
        serve("other", fitting("a.example.com"), port);
    }

    private void serve(String service, ProxySpec spec, int port) throws Exception {
        RoleSpec role = TestRoles.proxiedBy(spec);
        String id = service + "-1";
        Backend backend = new Backend("web", id, "127.0.0.1", port, true, 1, "r1");
        proxy.see(service, new Sight(List.of(role), Map.of(id, backend)));
        proxy.route(new Traffic.Target(service, role, id, id));
        if (spec.tls().on() && !spec.hosts().isEmpty()) {
            Await.until("served", () -> certificates.serves(spec.hosts().getFirst()));
        }
    }

    /// TLS for these hosts by whatever certificate fits.
    static ProxySpec fitting(String... hosts) {
        return tls(new CertificateSource.Fitting(), null, hosts);
    }

    static ProxySpec tls(CertificateSource source, @Nullable Path clientCa, String... hosts) {
        return new ProxySpec(
                List.of(hosts),
                false,
                "/",
                true,
                null,
                new ProxySpec.Tls(source, true, false),
                new ProxySpec.Access(List.of(), null, null, clientCa == null ? null : clientCa.toString()),
                ProxySpec.Serving.DEFAULT);
    }

    /// The same, answering plain requests too.
    static ProxySpec withoutRedirect(ProxySpec spec) {
        return new ProxySpec(
                spec.hosts(),
                spec.isDefault(),
                spec.pathPrefix(),
                spec.stripPathPrefix(),
                spec.appPort(),
                new ProxySpec.Tls(spec.tls().source(), false, false),
                spec.access(),
                spec.serving());
    }

    void close() throws Exception {
        proxy.close();
        certificates.close();
        files.close();
        logins.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        app.close();
    }
}
