package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.dhow.agent.plan.HmacKey;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeyTest {
    @TempDir
    private Path temp;

    @Test
    void isThereAsSoonAsSomebodyMendedItsDirectory() throws Exception {
        Path secrets = Files.writeString(temp.resolve("secrets"), "in the way");
        HostKey key = new HostKey(secrets);
        assertNull(key.now());
        Files.delete(secrets);
        HmacKey made = key.now();
        assertNotNull(made);
        Files.delete(secrets.resolve(".key"));
        assertSame(made, key.now(), "what it hashed with stays what it hashes with");
    }
}
