package dev.dhow.agent.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Files of the tests' resources, each of which is a case.
public final class Fixtures {
    private Fixtures() {}

    /// The YAML files anywhere below a folder, as paths from there, by name.
    public static Stream<String> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
