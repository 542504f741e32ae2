package dev.dhow.agent.source;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests of one group of the source's rules: each steps a source of its own.
abstract class RigTest {
    @TempDir
    Path state;

    Rig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new Rig(state);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
    }
}
