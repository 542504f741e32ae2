package dev.dhow.agent.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which files of the directory of certificates are pairs, by their names alone:
///
/// - `NAME.pem`, `NAME.crt`, `NAME.cer`, with the key in `NAME.key` or `NAME-key.pem`, else in the same file;
/// - `NAME/fullchain.pem` with `privkey.pem`, as certbot has it, and `NAME/tls.crt` with `tls.key`.
final class PairDirectory {
    private static final Set<String> EXTENSIONS = Set.of("pem", "crt", "cer");

    private PairDirectory() {}

    /// The pairs, by name. Hidden files do not count.
    ///
    /// @throws IOException when the directory cannot be listed
    static List<PairFiles> list(Path directory) throws IOException {
        Set<Path> files = new TreeSet<>();
        try (Stream<Path> entries = Files.list(directory)) {
            files.addAll(entries.filter(f -> !name(f).startsWith(".")).collect(Collectors.toSet()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<PairFiles> pairs = new ArrayList<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                inside(file, "fullchain.pem", "privkey.pem", pairs);
                inside(file, "tls.crt", "tls.key", pairs);
            } else if (EXTENSIONS.contains(extension(file))) {
                pairs.add(new PairFiles(file, key(file, files)));
            }
        }
        return pairs;
    }

    /// Where the key of a certificate is looked for first.
    static Path keyName(Path certificate) {
        return certificate.resolveSibling(stem(certificate) + ".key");
    }

    private static void inside(Path directory, String certificate, String key, List<PairFiles> pairs) {
        if (Files.exists(directory.resolve(certificate))) {
            pairs.add(new PairFiles(directory.resolve(certificate), directory.resolve(key)));
        }
    }

    private static @Nullable Path key(Path certificate, Set<Path> files) {
        return Stream.of(keyName(certificate), certificate.resolveSibling(stem(certificate) + "-key.pem"))
                .filter(files::contains)
                .findFirst()
                .orElse(null);
    }

    private static String stem(Path file) {
        String name = name(file);
        return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    private static String extension(Path file) {
        String name = name(file);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
