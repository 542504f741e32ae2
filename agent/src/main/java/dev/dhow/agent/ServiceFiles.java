package dev.dhow.agent;

import dev.dhow.agent.cli.Tools.Rendered;
import dev.dhow.agent.manifest.Conflicts;
import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.manifest.Render;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads service files for commands that need no agent, by the same rules as the agent.
final class ServiceFiles {
    private ServiceFiles() {}

    /// Reads files together, so that conflicts between them are found.
    static List<Problem> check(List<Path> files) {
        List<Manifest> manifests = files.stream()
                .map(file -> read(file, nameWithoutExtension(file)))
                .toList();
        List<Problem> problems = new ArrayList<>();
        manifests.forEach(manifest -> problems.addAll(manifest.problems()));
        Conflicts.between(manifests, Set.of()).values().forEach(problems::addAll);
        return problems;
    }

    /// Writes one file with every default.
    static Rendered render(Path file) {
        Manifest manifest = read(file, null);
        return new Rendered(manifest.valid() ? Render.render(manifest) : null, manifest.problems());
    }

    private static Manifest read(Path file, @Nullable String service) {
        String shown = file.toString();
        String named = service == null ? nameWithoutExtension(file) : service;
        try (InputStream in = Files.newInputStream(file)) {
            // One byte more than allowed tells a file that is too large from one that just fits.
            byte[] content = in.readNBytes(Manifests.MAX_BYTES + 1);
            if (content.length > Manifests.MAX_BYTES) {
                return Manifests.tooLarge(shown, named);
            }
            Path directory = file.toAbsolutePath().getParent();
            HostFiles disk = Files::readAllBytes;
            return Manifests.read(shown, service, content, directory == null ? Path.of("/") : directory, disk);
        } catch (IOException e) {
            return new Manifest(named, null, List.of(Problem.ofFile(shown, "cannot be read: " + e.getMessage())));
        }
    }

    private static String nameWithoutExtension(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.replaceFirst("\\.ya?ml$", "");
    }
}
