package dev.dhow.agent;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.agent.policy.Denial;
import dev.dhow.agent.policy.Host;
import dev.dhow.agent.policy.PolicyCheck;
import dev.dhow.agent.policy.RealPaths;
import dev.dhow.agent.secrets.SecretFiles;
import dev.dhow.agent.source.RegularFile;
import dev.dhow.agent.state.KeptFile;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads service files as this host's agent means them: with the values of its secrets, only the roles of this host,
/// and what its policy denies as errors.
final class ServiceReader {
    private final AgentConfig config;
    private final String host;

    /// @param host the agent's name
    ServiceReader(AgentConfig config, String host) {
        this.config = config;
        this.host = host;
    }

    /// Reads the host's files, secrets only where nobody else can, and none of the agent's own.
    static HostFiles disk(AgentConfig config) {
        return new SecretFiles(config.secretsDir(), config.stateDir(), RegularFile::read);
    }

    /// One file; for [dev.dhow.agent.source.DirectorySource].
    Manifest read(String shownName, @Nullable String service, byte[] content, Path directory, HostFiles files) {
        Manifest here = Manifests.read(shownName, service, content, directory, files, config.secretsDir())
                .on(host, config.hostLabels());
        List<Problem> problems = new ArrayList<>(denials(here, config, Severity.ERROR));
        problems.addAll(TlsHere.of(here, config.proxy()));
        return here.with(problems);
    }

    /// A service file that was kept with its revision; what it names is read as it is now.
    KeptFile again(ServiceText kept) {
        byte[] content = kept.text().getBytes(StandardCharsets.UTF_8);
        Manifest manifest = read(kept.fileName(), null, content, Path.of(kept.directory()), disk(config));
        String problem = manifest.problems().stream()
                .filter(Problem::isError)
                .findFirst()
                .map(Problem::summary)
                .orElse("");
        return new KeptFile(manifest.spec(), problem);
    }

    /// What a policy denies of a file that can be used, each at its place.
    static List<Problem> denials(Manifest manifest, AgentConfig config, Severity severity) {
        if (manifest.spec() == null) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        for (Denial denial : PolicyCheck.of(manifest.spec(), config.policy(), host(config, RealPath::of))) {
            problems.add(manifest.problem(severity, denial.role(), denial.key(), denial.index(), denial.message()));
        }
        return problems;
    }

    /// What the policy must know of this host.
    static Host host(AgentConfig config, RealPaths real) {
        List<String> own = Stream.of(
                        config.secretsDir(),
                        config.stateDir(),
                        config.sourceDirectory(),
                        config.api().socket())
                .map(Path::toString)
                .toList();
        return new Host(config.docker().replaceFirst("^unix://", ""), own, real);
    }
}
