package dev.dhow.agent;

import dev.dhow.agent.cli.Tools.Edited;
import dev.dhow.agent.cli.Tools.Rendered;
import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.config.AgentConfigReader;
import dev.dhow.agent.manifest.Conflicts;
import dev.dhow.agent.manifest.FileText;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.manifest.Render;
import dev.dhow.agent.source.RegularFile;
import dev.dhow.api.spec.Names;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads service files for commands that need no agent, by the same rules as the agent.
final class ServiceFiles {
    private ServiceFiles() {}

    /// Reads files together, so that conflicts between them are found. Secrets are not looked at: who checks a file
    /// need not be allowed to read them.
    ///
    /// @param configFile the `agent.yaml` whose policy counts; null: what the default one denies are warnings
    static List<Problem> check(List<Path> files, @Nullable Path configFile) {
        List<Problem> problems = new ArrayList<>();
        AgentConfig config = configFile == null ? AgentConfig.DEFAULT : config(configFile, problems);
        Map<Path, Set<Path>> services = new LinkedHashMap<>();
        files.forEach(file ->
                services.computeIfAbsent(service(file), _ -> new TreeSet<>()).add(absolute(file)));
        List<Manifest> manifests = files.stream()
                .map(file -> {
                    Set<Path> all = services.getOrDefault(service(file), Set.of());
                    return all.size() > 1 ? twice(file, all) : read(file, nameWithoutExtension(file));
                })
                .toList();
        manifests.forEach(manifest -> {
            problems.addAll(manifest.problems());
            if (config != null) {
                Severity severity = configFile == null ? Severity.WARNING : Severity.ERROR;
                problems.addAll(ServiceReader.denials(manifest, config, severity));
                if (configFile != null) {
                    problems.addAll(TlsHere.of(manifest, config.proxy()));
                    problems.addAll(TlsHere.withoutCertificate(manifest, config.proxy()));
                }
                problems.addAll(ProxyFiles.missing(manifest, config.proxy().certs()));
            }
        });
        Conflicts.between(manifests, Set.of()).values().forEach(problems::addAll);
        return problems;
    }

    /// @return null: it cannot be used, which is told
    private static @Nullable AgentConfig config(Path file, List<Problem> problems) {
        try {
            return switch (AgentConfigReader.read(file.toString(), RegularFile.read(file))) {
                case AgentConfigReader.Result.Good good -> {
                    problems.addAll(good.warnings());
                    yield good.config();
                }
                case AgentConfigReader.Result.Bad bad -> {
                    problems.addAll(bad.problems());
                    yield null;
                }
            };
        } catch (NoSuchFileException _) {
            problems.add(Problem.ofFile(file.toString(), "no such file"));
        } catch (IOException e) {
            problems.add(Problem.ofFile(file.toString(), RegularFile.why(file, e)));
        }
        return null;
    }

    /// Two files of one directory are of one service when only their extensions differ.
    private static Path service(Path file) {
        return absolute(file).resolveSibling(nameWithoutExtension(file));
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath().normalize();
    }

    private static Manifest twice(Path file, Set<Path> all) {
        String service = nameWithoutExtension(file);
        String names =
                all.stream().map(one -> String.valueOf(one.getFileName())).collect(Collectors.joining(" and "));
        Problem problem = Problem.ofFile(
                file.toString(), "%s are both files of service %s; remove one of them".formatted(names, service));
        return new Manifest(service, null, List.of(problem));
    }

    /// Writes one file with every default.
    static Rendered render(Path file) {
        Manifest manifest = read(file, null);
        return manifest.valid()
                ? new Rendered(Render.render(manifest), Render.tree(manifest), manifest.problems())
                : new Rendered(null, Map.of(), manifest.problems());
    }

    /// Finds the service that a text names, and puts another image into it where one is asked for.
    static Edited edit(String shown, byte[] content, @Nullable String image) {
        FileText.Changed changed =
                image == null ? new FileText.Changed(content, List.of()) : FileText.withImage(shown, content, image);
        byte[] text = changed.content();
        if (text == null) {
            return new Edited("", content, changed.problems());
        }
        String service = FileText.service(text).orElse("");
        if (Names.valid(service)) {
            return new Edited(service, text, List.of());
        }
        // What else is wrong is told as well: the file may be no YAML at all.
        Manifest manifest = Manifests.read(shown, null, text, Path.of("/"), _ -> new byte[0]);
        return new Edited("", text, manifest.problems());
    }

    private static Manifest read(Path file, @Nullable String service) {
        String shown = file.toString();
        String named = service == null ? nameWithoutExtension(file) : service;
        try {
            Path directory = absolute(file).getParent();
            byte[] content = RegularFile.read(file);
            return Manifests.read(
                    shown, service, content, directory == null ? Path.of("/") : directory, RegularFile::read);
        } catch (NoSuchFileException _) {
            String what = Files.isSymbolicLink(file) ? "a symbolic link to a file that is not there" : "no such file";
            return new Manifest(named, null, List.of(Problem.ofFile(shown, what)));
        } catch (IOException e) {
            return new Manifest(named, null, List.of(Problem.ofFile(shown, RegularFile.why(file, e))));
        }
    }

    private static String nameWithoutExtension(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.replaceFirst("\\.ya?ml$", "");
    }
}
