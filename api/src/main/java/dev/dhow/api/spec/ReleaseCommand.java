package dev.dhow.api.spec;

import java.time.Duration;
import java.util.List;

/// `release_command`: runs once per revision before any role is replaced, in a container of its own.
///
/// @param command its words
/// @param role whose image, environment and networks it has; where the file names none: `web`, else the first
/// @param timeout how long it may take
/// @param onHosts where it runs; none: wherever its role does
public record ReleaseCommand(List<String> command, String role, Duration timeout, List<HostPattern> onHosts) {
    /// The timeout where nothing is written.
    public static final Duration TIMEOUT = Duration.ofMinutes(10);

    /// Copies the lists.
    public ReleaseCommand {
        command = List.copyOf(command);
        onHosts = List.copyOf(onHosts);
    }
}
