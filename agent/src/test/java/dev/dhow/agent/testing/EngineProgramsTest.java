package dev.dhow.agent.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which programs the tests start as the Engine.
final class EngineProgramsTest {
    @TempDir
    Path directory;

    private EnginePrograms programs() {
        return new EnginePrograms(directory.toString());
    }

    @Test
    void aNamedEngineComesBeforeTheMachinesOwn() throws IOException {
        Path daemon = Files.writeString(directory.resolve("dockerd"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(daemon, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(daemon, programs().dockerd());

        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin"));
        programs().into(environment);
        assertEquals(Map.of("PATH", directory + ":/usr/bin"), environment);
    }

    @Test
    void aNamedEngineThatIsNotThereIsToldInsteadOfTakingTheMachinesOwn() {
        var thrown = assertThrows(IllegalStateException.class, programs()::docker);
        assertEquals(
                "DHOW_TEST_ENGINE names %s, and there is no program docker in it; run packaging/engines"
                        .formatted(directory),
                thrown.getMessage());
    }

    @Test
    void withoutANamedEngineNothingIsChanged() {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin"));
        new EnginePrograms("").into(environment);
        assertEquals(Map.of("PATH", "/usr/bin"), environment);
    }
}
