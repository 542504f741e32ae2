package dev.dhow.agent.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// The files that tests name.
final class TestFiles {
    private static final Map<String, String> TEXTS = Map.of(
            "/etc/dhow/services.d/shop.env", "# for tests\nDATABASE_URL=postgres://u:canary-7f3@db/shop\nMODE=file\n",
            "/etc/dhow/services.d/bad.env", "GOOD=1\ncanary-7f3\n",
            "/etc/dhow/services.d/banner.txt", "hello\n");

    static final HostFiles FILES = TestFiles::read;

    private TestFiles() {}

    private static byte[] read(Path path) throws IOException {
        if (path.toString().endsWith("denied.env")) {
            throw new AccessDeniedException(path.toString());
        }
        String text = TEXTS.get(path.toString());
        if (text == null) {
            throw new NoSuchFileException(path.toString());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
