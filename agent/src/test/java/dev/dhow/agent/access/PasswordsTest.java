package dev.dhow.agent.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.access.PasswordCheck.Verdict;
import dev.dhow.agent.wire.Network;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordsTest {
    /// `secret`, by the crypt(3) of libxcrypt.
    static final String SECRET = "$2y$05$aXr9f0RLmB5sVGxXw5nUUePAhDE3D8my3kSD1LJGoSmvYqjjRLwZq";

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String refused(String text) {
        return String.valueOf(
                assertThrows(UnfitFile.class, () -> Passwords.of(bytes(text))).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        $apr1$r31.....$HqJZimcKQFAMYayBlzkrA/ | an MD5 hash (apr1)
        $1$abc$def | an MD5 hash
        {SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g= | a SHA-1 hash
        $6$abc$def | a SHA-512 hash
        $5$abc$def | a SHA-256 hash
        secret | no hash of a known kind, or a plain password
        $2y$05$short | a bcrypt hash that is damaged, or of a kind that is not in use
        $2x$05$aXr9f0RLmB5sVGxXw5nUUePAhDE3D8my3kSD1LJGoSmvYqjjRLwZq | a bcrypt hash that is damaged, or of a kind that is not in use\
        """)
    void onlyBcryptIsTakenAndTheLineIsNamed(String hash, String words) {
        String why = refused("# ours\n\nann:" + SECRET + "\nbob:" + hash + "\n");
        assertEquals(
                "line 4: the user bob has %s; only bcrypt is taken: `htpasswd -B` writes it".formatted(words), why);
    }

    @Test
    void whatIsNoListOfUsersIsRefused() {
        assertEquals("it holds no user; add one with `htpasswd -B`", refused("# none\n"));
        assertEquals("line 1: expected USER:HASH, as `htpasswd -B` writes it", refused("ann\n"));
        assertEquals("line 1: expected USER:HASH, as `htpasswd -B` writes it", refused(":" + SECRET));
        assertEquals(
                "line 2: the user ann is there twice; remove one", refused("ann:" + SECRET + "\nann:" + SECRET + "\n"));
        assertEquals(
                "line 1: the user ann has a bcrypt hash of cost 15; write one of 4 to 14",
                refused("ann:" + SECRET.replace("$05$", "$15$")));
        assertThrows(UnfitFile.class, () -> Passwords.of(new byte[] {(byte) 0xC3, 0x28}));
    }

    @Test
    void aListOfAddressesNamesTheLineThatIsNone() throws UnfitFile {
        AddressFile file = new AddressFile(List.of("private"));
        var networks = file.of(bytes("\uFEFF10.0.0.0/8\r\n\n# v6\n2001:db8::/32 # ours\nprivate"));
        assertTrue(networks.have(Network.address("10.1.2.3")));
        assertTrue(networks.have(Network.address("2001:db8::5")));
        assertTrue(networks.have(Network.address("192.168.1.1")));
        assertTrue(!networks.have(Network.address("11.0.0.1")));
        assertEquals(
                "line 2: expected an IP address, a network such as 10.0.0.0/8, private, found \"loopback\"",
                assertThrows(UnfitFile.class, () -> file.of(bytes("10.0.0.0/8\nloopback")))
                        .getMessage());
        assertEquals(
                "it holds no address; write one a line, such as 10.0.0.0/8",
                assertThrows(UnfitFile.class, () -> file.of(bytes("# none\n"))).getMessage(),
                "an emptied file shuts nobody out");
    }

    private static Verdict ask(PasswordCheck check, Passwords in, String user, String password) throws Exception {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        check.check(in, user, bytes(password), "10.0.0.1", verdict::complete);
        return verdict.get(20, TimeUnit.SECONDS);
    }

    @Test
    void passwordsAreComparedAndWhatWasGoodIsKnownAgain() throws Exception {
        Passwords users = Passwords.of(bytes("ann:" + SECRET));
        PasswordCheck closed;
        try (PasswordCheck check = new PasswordCheck(1)) {
            closed = check;
            assertEquals(Verdict.GOOD, ask(check, users, "ann", "secret"));
            assertEquals(Verdict.BAD, ask(check, users, "ann", "Secret"));
            assertEquals(Verdict.BAD, ask(check, users, "ann", ""));
            assertEquals(Verdict.BAD, ask(check, users, "bob", "secret"));
            String other = "$2b$04$aXr9f0RLmB5sVGxXw5nUUexLZwmeoAommuwe4h7AsAgOUb5DWsh8K";
            assertEquals(Verdict.GOOD, ask(check, Passwords.of(bytes("zoë:" + other)), "zoë", "päss:w"));
            assertTrue(users.verified().has(Verified.name("ann", bytes("secret"))));
            assertTrue(!users.verified().has(Verified.name("ann", bytes("Secret"))), "only what was good");
            assertTrue(!Verified.name("ann", bytes("secret")).contains("secret"));
        }
        assertEquals(Verdict.GOOD, ask(closed, users, "ann", "secret"), "without another comparison");
        assertEquals(Verdict.BUSY, ask(closed, Passwords.of(bytes("ann:" + SECRET)), "ann", "secret"));
    }

    /// The hash that strangers are compared with is one that bcrypt takes, of the same cost as the others.
    @Test
    void strangersTakeAsLongAsOthers() throws Exception {
        Passwords users = Passwords.of(bytes("ann:" + SECRET.replace("$05$", "$06$") + "\nbob:" + SECRET));
        String dummy = users.hash("nobody");
        assertEquals(60, dummy.length());
        assertEquals("$2y$06$", dummy.substring(0, 7), "as dear as the dearest");
        assertTrue(!org.bouncycastle.crypto.generators.OpenBSDBCrypt.checkPassword(dummy, bytes("x")));
    }

    @Test
    void fewWaitAndOfOneClientFewer() throws Exception {
        Passwords users = Passwords.of(bytes("ann:" + SECRET.replace("$05$", "$10$")));
        try (PasswordCheck check = new PasswordCheck(1)) {
            BlockingQueue<Verdict> verdicts = new ArrayBlockingQueue<>(400);
            List<Verdict> atOnce = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                check.check(users, "ann", bytes("guess" + i), "10.0.0.1", verdict -> {
                    verdicts.add(verdict);
                });
            }
            verdicts.drainTo(atOnce);
            assertEquals(12, atOnce.stream().filter(Verdict.BUSY::equals).count(), "8 of one client may wait");
            for (int i = 0; i < 200; i++) {
                check.check(users, "ann", bytes("guess" + i), "10.0.1." + i, verdicts::add);
            }
            atOnce.clear();
            verdicts.drainTo(atOnce);
            assertTrue(atOnce.stream().filter(Verdict.BUSY::equals).count() >= 100, atOnce.toString());
        }
    }

    /// A page brings many requests at once.
    @Test
    void theSameIsComparedOnce() throws Exception {
        Passwords users = Passwords.of(bytes("ann:" + SECRET.replace("$05$", "$10$")));
        try (PasswordCheck check = new PasswordCheck(1)) {
            BlockingQueue<Verdict> verdicts = new ArrayBlockingQueue<>(400);
            for (int i = 0; i < 200; i++) {
                check.check(users, "ann", bytes("guess"), "10.0.0.1", verdicts::add);
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(Verdict.BAD, verdicts.poll(20, TimeUnit.SECONDS));
            }
        }
    }
}
