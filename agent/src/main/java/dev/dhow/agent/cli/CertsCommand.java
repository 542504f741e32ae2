package dev.dhow.agent.cli;

import dev.dhow.api.http.CertificatesBody;
import dev.dhow.api.http.Paths;
import dev.dhow.api.status.CertificateStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/// `dhow certs`
@Command(
        name = "certs",
        mixinStandardHelpOptions = true,
        description = "Shows what answers for each host in TLS handshakes, until when, and what is wrong with it.",
        footer = {
            "",
            "Examples:",
            "  dhow certs",
            "  dhow certs -o json",
            "",
            "Certificates that lie in the directory and that no role wants have a - for their host."
        })
final class CertsCommand extends ClientCommand {
    CertsCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = client.get(Paths.CERTIFICATES);
        data(json, table(read(json, CertificatesBody.class).certificates(), pace().wall()));
        return Exit.GOOD;
    }

    private static String table(List<CertificateStatus> certificates, Instant now) {
        if (certificates.isEmpty()) {
            return "no certificates\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("HOST", "SERVICE", "SOURCE", "ISSUER", "EXPIRES", "NAMES"));
        for (CertificateStatus c : certificates) {
            rows.add(List.of(
                    word(c.host()),
                    word(c.service()),
                    c.source().label(),
                    word(c.issuer()),
                    left(c.notAfter(), now),
                    c.names().isEmpty() ? "-" : Text.clean(String.join(",", c.names()))));
        }
        StringBuilder text = new StringBuilder();
        Text.columns(rows).forEach(line -> text.append(line).append('\n'));
        for (CertificateStatus c : certificates) {
            if (c.problem() != null) {
                text.append('\n')
                        .append(c.host() == null ? Text.clean(String.join(",", c.names())) : word(c.host()))
                        .append(":\n")
                        .append(Text.indent(c.problem(), "  "));
            }
        }
        return text.toString();
    }

    private static String word(@Nullable String text) {
        return text == null ? "-" : Text.clean(text);
    }

    private static String left(@Nullable Instant until, Instant now) {
        if (until == null) {
            return "-";
        }
        return until.isAfter(now)
                ? "in " + Text.age(Duration.between(now, until))
                : Text.age(Duration.between(until, now)) + " ago";
    }
}
