package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.DiskSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineDiskTest {
    private static final long MB = 1L << 20;
    private static final long GB = 1L << 30;

    private static Optional<String> lack(long total, long free) {
        return EngineDisk.lack(new DiskSpace(total, free, 0, 0));
    }

    @Test
    void aSmallDiskNeedsRoomForALayer() {
        assertEquals(Optional.of("499 MB are free and 500 MB must be"), lack(4 * GB, 499 * MB));
        assertEquals(Optional.empty(), lack(4 * GB, 500 * MB));
    }

    @Test
    void aTwentiethStaysFree() {
        assertEquals(Optional.of("2559 MB are free and 2560 MB must be"), lack(50 * GB, 2559 * MB));
        assertEquals(Optional.empty(), lack(50 * GB, 2561 * MB));
    }

    @Test
    void ofALargeDiskNoMoreThanIsSensible() {
        assertTrue(lack(4096 * GB, 5 * GB - MB).isPresent());
        assertEquals(Optional.empty(), lack(4096 * GB, 5 * GB));
    }

    @Test
    void inodesCountWhereTheyAreCounted() {
        assertEquals(
                Optional.of("4 % of the inodes are free and 5 % must be"),
                EngineDisk.lack(new DiskSpace(50 * GB, 40 * GB, 1000, 49)));
        assertEquals(Optional.empty(), EngineDisk.lack(new DiskSpace(50 * GB, 40 * GB, 1000, 50)));
    }

    @Test
    void theScarcerSaysHowFull() {
        assertEquals(91, new DiskSpace(1000, 99, 1000, 500).usedPercent());
        assertEquals(70, new DiskSpace(1000, 900, 1000, 300).usedPercent());
        assertEquals(0, new DiskSpace(0, 0, 0, 0).usedPercent());
    }

    @Test
    void theSystemTellsBytesAndInodes(@TempDir Path dir) throws IOException {
        DiskSpace space = StatVfs.of(dir).orElseThrow();
        long jdk = Files.getFileStore(dir).getUsableSpace();
        assertTrue(Math.abs(space.free() - jdk) < GB, space + " " + jdk);
        assertTrue(space.total() <= Files.getFileStore(dir).getTotalSpace(), space.toString());
        assertTrue(space.freeInodes() <= space.inodes(), space.toString());
        assertEquals(Optional.empty(), StatVfs.of(dir.resolve("nothing")));
    }
}
