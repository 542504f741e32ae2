package dev.dhow.agent.tls;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The names that the certificates of a directory are made out for, for whoever checks files and need not be allowed to
/// read keys. Whether a certificate can be used, the agent says.
public final class CertificateNames {
    private final SortedSet<String> names;

    private CertificateNames(SortedSet<String> names) {
        this.names = names;
    }

    /// Reads the certificates, which blocks. A directory that is not there has none.
    ///
    /// @throws IOException when some of it cannot be read: then nobody knows
    public static CertificateNames in(Path directory) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        for (PairFiles files : listed(directory)) {
            names.addAll(of(files.certificate()));
        }
        return new CertificateNames(names);
    }

    private static SortedSet<String> of(Path file) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try {
            List<X509Certificate> all = Pem.read(file, text(file)).certificates();
            Optional<X509Certificate> leaf =
                    all.stream().filter(one -> signedNone(one, all)).findFirst();
            if (leaf.isPresent()) {
                names.addAll(Names.of(leaf.get()));
            }
        } catch (UnfitPem | CertificateParsingException _) {
            // The agent does not take it either.
        }
        return names;
    }

    /// The leaf, wherever it stands: the agent knows it by its key, which need not be readable here.
    private static boolean signedNone(X509Certificate one, List<X509Certificate> all) {
        return all.stream().allMatch(other -> other.equals(one) || !PairReader.signed(other, one));
    }

    private static byte[] text(Path file) throws IOException, UnfitPem {
        try {
            return PairFiles.read(file);
        } catch (UnfitPem e) {
            if (e.getCause() instanceof IOException unread) {
                throw unread;
            }
            throw e;
        }
    }

    private static List<PairFiles> listed(Path directory) throws IOException {
        try {
            return PairDirectory.list(directory);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// Whether there is none.
    public boolean isEmpty() {
        return names.isEmpty();
    }

    /// Whether one of them stands for that host, which may be a wildcard itself.
    public boolean fit(String host) {
        return Names.fit(names, Names.normal(host));
    }
}
