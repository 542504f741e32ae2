package dev.dhow.agent;

import dev.dhow.agent.access.AddressFile;
import dev.dhow.agent.access.Passwords;
import dev.dhow.agent.access.Reading;
import dev.dhow.agent.access.UnfitFile;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.source.RegularFile;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether the files are there that the `proxy` keys of a service file name, and say who may ask where that is what
/// they
/// are for. What is missing is a warning: the agent reads them when they come, and until then only that role goes
/// without.
final class ProxyFiles {
    private final Manifest manifest;
    private final String role;
    private final List<Problem> problems;

    private ProxyFiles(Manifest manifest, String role, List<Problem> problems) {
        this.manifest = manifest;
        this.role = role;
        this.problems = problems;
    }

    /// @param certs the directory of certificates, where relative paths start
    static List<Problem> missing(Manifest manifest, Path certs) {
        List<Problem> problems = new ArrayList<>();
        if (manifest.spec() != null) {
            for (RoleSpec role : manifest.spec().roles()) {
                if (role.proxy() != null) {
                    new ProxyFiles(manifest, role.name(), problems).look(role.proxy(), certs);
                }
            }
        }
        return problems;
    }

    private void look(ProxySpec proxy, Path certs) {
        if (proxy.tls().source() instanceof CertificateSource.Files(String certificate, String key)) {
            file("tls", certs, certificate);
            file("tls", certs, key);
        }
        Access access = proxy.access();
        guard("allow_from", access.allowFromFile(), new AddressFile(List.of()));
        guard("basic_auth", access.usersFile(), Passwords::of);
        file("client_auth", certs, access.clientCa());
        look("error_pages", certs, proxy.serving().errorPages(), true);
    }

    private void file(String key, Path from, @Nullable String written) {
        look(key, from, written, false);
    }

    /// A file that lets people in must also say who.
    private void guard(String key, @Nullable String written, Reading<?> reading) {
        if (written == null || !look(key, Path.of("/"), written, false)) {
            return;
        }
        try {
            reading.of(RegularFile.read(Path.of(written)));
        } catch (UnfitFile unfit) {
            warn(key, "%s: %s".formatted(written, unfit.getMessage()));
        } catch (IOException _) {
            // Nobody knows: who checks a file need not be allowed to read it.
        }
    }

    /// @return whether something of that kind is there
    private boolean look(String key, Path from, @Nullable String written, boolean directory) {
        if (written == null) {
            return false;
        }
        try {
            Path path = from.resolve(written);
            try {
                if (Files.readAttributes(path, BasicFileAttributes.class).isDirectory() == directory) {
                    return true;
                }
                warn(key, "%s is %s".formatted(path, directory ? "no directory" : "a directory, not a file"));
            } catch (NoSuchFileException _) {
                warn(key, "%s does not exist; create it, or correct the path".formatted(path));
            }
        } catch (IOException | InvalidPathException _) {
            // Nobody knows: who checks a file need not be allowed to look there.
        }
        return false;
    }

    private void warn(String key, String message) {
        problems.add(manifest.problem(Severity.WARNING, role, "proxy." + key, -1, message));
    }
}
