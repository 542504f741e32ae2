package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.status.CertificateStatus.Source;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which certificate answers for which name.
class TableTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Path DIRECTORY = Path.of("/certs");
    private static final CertificateSource FITTING = new CertificateSource.Fitting();
    private static final CertificateSource ACME = new CertificateSource.Acme();
    private static final Issuer ROOT = Issuer.root("Root");
    private static final KeyPair EC = Issuer.ec();
    private static final KeyPair RSA = Issuer.rsa();

    private final List<Held> directory = new ArrayList<>();
    private final Map<PairFiles, Held> named = new HashMap<>();
    private final Map<String, Held> acme = new HashMap<>();
    private final Set<WantedCertificate> wanted = new HashSet<>();

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
        shop.example.com,    exact wildcard
        SHOP.Example.COM.,   exact wildcard
        other.example.com,   wildcard
        a.b.example.com,     none
        example.com,         none
        com,                 none
        10.0.0.7,            address
        evil-example.com,    none
        none,                none
        """)
    void nameIsMatchedExactlyThenByAWildcardOfOneLevel(@Nullable String name, @Nullable String expected) {
        has("exact", "shop.example.com");
        has("wildcard", "*.example.com");
        has("address", "10.0.0.7");
        assertEquals(expected == null ? "" : expected, answers(name));
    }

    @Test
    void newestOfTwoThatFitComesFirstAndAnExpiredOneLast() {
        has("old", "2026-01-01", "2026-03-15", EC, "a.example.com");
        has("new", "2026-01-01", "2026-05-01", EC, "a.example.com");
        has("expired", "2026-01-01", "2026-02-01", EC, "a.example.com");
        has("early", "2026-03-02", "2026-09-01", EC, "a.example.com");
        has("wide", "2026-01-01", "2026-12-01", EC, "*.example.com");
        assertEquals("new old wide early expired", answers("a.example.com"));
    }

    @Test
    void expiredOneAnswersWhereNothingBetterFits() {
        has("expired", "2026-01-01", "2026-02-01", EC, "a.example.com");
        assertEquals("expired", answers("a.example.com"));
    }

    @Test
    void hostWithItsOwnFilesTakesThemAndNoOthers() {
        has("fits", "a.example.com");
        has("other", "b.example.com");
        names("own.crt", "elsewhere.example.com");
        want("a.example.com", files("own.crt"), "shop");
        want("b.example.com", files("missing.crt"), "shop");
        assertEquals("own", answers("a.example.com"));
        assertEquals("", answers("b.example.com"));
        // A certificate that a role names stands for the hosts of that role only.
        assertEquals("", answers("elsewhere.example.com"));
    }

    @Test
    void ofTwoServicesThatNameFilesForOneHostTheFirstByNameWins() {
        names("one.crt", "a.example.com");
        names("two.crt", "a.example.com");
        want("a.example.com", files("two.crt"), "aaa");
        want("a.example.com", files("one.crt"), "zzz");
        want("b.example.com", files("one.crt"), "zzz");
        assertEquals("two one", answers("a.example.com"));
        assertEquals("one", answers("b.example.com"));
    }

    @Test
    void wantedWildcardStandsForNamesOneLevelBelow() {
        names("own.crt", "*.example.com");
        has("exact", "a.example.com");
        want("*.example.com", files("own.crt"), "shop");
        want("b.example.com", FITTING, "shop");
        assertEquals("own", answers("a.example.com"));
        assertEquals("", answers("b.example.com"));
        assertEquals("", answers("a.b.example.com"));
    }

    @Test
    void acmeIsAskedForWhereItIsSaidAndWhereNothingFits() {
        has("fits", "a.example.com");
        has("expired", "2026-01-01", "2026-02-01", EC, "b.example.com");
        want("a.example.com", FITTING, "shop");
        want("b.example.com", FITTING, "shop");
        want("c.example.com", FITTING, "shop");
        want("d.example.com", ACME, "shop");
        want("*.e.example.com", ACME, "shop");
        want("f.example.com", files("x.crt"), "shop");
        want("*", FITTING, "shop");
        assertEquals(new TreeSet<>(Set.of("b.example.com", "c.example.com", "d.example.com")), table().needed(NOW));
    }

    @Test
    void acmeAnswersForItsHostsOnly() {
        has("fits", "d.example.com");
        want("d.example.com", ACME, "shop");
        assertEquals("", answers("d.example.com"));
        issued("d.example.com");
        issued("c.example.com");
        assertEquals("d.example.com", answers("d.example.com"));
        assertEquals("", answers("c.example.com"));
    }

    @Test
    void onlyCertificateAnswersClientsWithoutAName() {
        has("ecdsa", "2026-01-01", "2026-04-01", EC, "a.example.com");
        has("rsa", "2026-01-01", "2026-05-01", RSA, "a.example.com");
        has("expired", "2026-01-01", "2026-02-01", EC, "b.example.com");
        assertEquals("ecdsa rsa", answers(null));
        assertEquals("", answers("unknown.example.com"));
        want("*", FITTING, "shop");
        assertEquals("ecdsa rsa", answers("unknown.example.com"));
        has("second", "c.example.com");
        assertEquals("", answers(null));
        assertEquals("", answers("unknown.example.com"));
    }

    @Test
    void filesOfTheDefaultRouteAnswerForEveryNameThatNothingElseFits() {
        has("fits", "a.example.com");
        has("second", "c.example.com");
        names("own.crt", "origin.example.com");
        want("*", files("own.crt"), "shop");
        assertEquals("fits", answers("a.example.com"));
        assertEquals("own", answers("unknown.example.com"));
        assertEquals("own", answers(null));
    }

    private void has(String file, String... names) {
        has(file, "2026-01-01", "2026-04-01", EC, names);
    }

    private void has(String file, String from, String until, KeyPair keys, String... names) {
        directory.add(held(Source.DIRECTORY, file, from, until, keys, names));
    }

    private void names(String file, String name) {
        named.put(
                PairFiles.of(files(file), DIRECTORY),
                held(Source.FILES, file.replace(".crt", ""), "2026-01-01", "2026-04-01", EC, name));
    }

    private void issued(String host) {
        acme.put(host, held(Source.ACME, host, "2026-01-01", "2026-04-01", EC, host));
    }

    private static Held held(Source source, String file, String from, String until, KeyPair keys, String... names) {
        Pair pair = ROOT.issue(keys, Instant.parse(from + "T00:00:00Z"), Instant.parse(until + "T00:00:00Z"), names)
                .pair();
        return new Held(source, file, pair, null);
    }

    private static CertificateSource.Files files(String certificate) {
        return new CertificateSource.Files(certificate, "x.key");
    }

    private void want(String host, CertificateSource source, String service) {
        wanted.add(new WantedCertificate(host, source, service));
    }

    private Table table() {
        return new Table(Wants.of(wanted), DIRECTORY, new PairWatch.Found(directory, named, null), acme, NOW);
    }

    private String answers(@Nullable String name) {
        return String.join(
                " ", table().answers(name, NOW).stream().map(Held::place).toList());
    }
}
