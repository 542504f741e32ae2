package dev.dhow.agent.source;

import dev.dhow.agent.manifest.FileText;
import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.Names;
import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Judges a text as the source would if it were a service's file, without writing it. Safe for use by several threads.
public final class TextCheck {
    private final Path directory;
    private final Texts texts;
    private final ConflictCheck conflicts;
    private final Supplier<Map<String, Manifest>> inForce;
    private final HostFiles disk;

    TextCheck(
            Path directory,
            ManifestReader reader,
            ConflictCheck conflicts,
            Supplier<Map<String, Manifest>> inForce,
            HostFiles disk) {
        this.directory = directory;
        this.texts = new Texts(reader);
        this.conflicts = conflicts;
        this.inForce = inForce;
        this.disk = disk;
    }

    /// A check against what the source last read, with files as it reads them.
    public static TextCheck of(DirectorySource source, ManifestReader reader, ConflictCheck conflicts) {
        return new TextCheck(source.directory(), reader, conflicts, source::inForce, source.disk());
    }

    /// A check against other services, with files from the real disk.
    ///
    /// @param inForce what is in force, by service
    public static TextCheck against(
            Path directory, ManifestReader reader, ConflictCheck conflicts, Supplier<Map<String, Manifest>> inForce) {
        return new TextCheck(directory, reader, conflicts, inForce, RegularFile::read);
    }

    /// What a text says.
    ///
    /// @param service whose file it is or would be; empty: it names none
    /// @param text as it would be read
    /// @param valid whether it would be used
    /// @param problems errors and warnings, in the order of the file
    public record Judged(String service, ServiceText text, boolean valid, List<Problem> problems) {
        /// Copies the list.
        public Judged {
            problems = List.copyOf(problems);
        }
    }

    /// Judges a text.
    ///
    /// @param service whose file it is to be; null: of the service that it names itself
    public Judged judge(@Nullable String service, byte[] content) {
        String named = service == null ? FileText.service(content).orElse("") : service;
        String expected = named.isEmpty() ? "NAME" : named;
        String fileName = expected + ".yaml";
        ServiceText text = new ServiceText(fileName, directory.toString(), new String(content, StandardCharsets.UTF_8));
        if (service != null && !Names.valid(service)) {
            String message = "\"%s\" is no name of a service: it must match %s".formatted(service, Names.PATTERN);
            return new Judged(service, text, false, List.of(Problem.ofFile(fileName, message)));
        }
        FileContent.Text found = FileContent.Text.of(content, false);
        Manifest manifest = texts.parse(fileName, expected, found, directory, new WatchedFiles(disk))
                .manifest();
        List<Problem> problems = new ArrayList<>(manifest.problems());
        if (manifest.valid()) {
            problems.addAll(refused(expected, manifest));
        }
        Collections.sort(problems, Problem.ORDER);
        return new Judged(named, text, problems.stream().noneMatch(Problem::isError), problems);
    }

    /// Every other service holds what it claims, as for a newcomer in [Refusals].
    private List<Problem> refused(String service, Manifest manifest) {
        Map<String, Manifest> others = inForce.get();
        Map<String, Manifest> all = new TreeMap<>(others);
        all.put(service, manifest);
        return conflicts.refused(all.values(), others.keySet()).getOrDefault(service, List.of());
    }
}
