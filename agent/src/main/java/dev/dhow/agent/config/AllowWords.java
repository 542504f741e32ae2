package dev.dhow.agent.config;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Nearest;
import java.util.List;

/// The words of `policy.allow`.
final class AllowWords {
    static final Form<String> WORD = Forms.text("word of what is allowed", AllowWords::word);

    private static final List<String> PLAIN = List.of("privileged", "gpu", "docker_socket", "agent_files", "tag");
    private static final List<String> ALL = List.of(
            "privileged",
            "cap:NAME",
            "device:/PATH",
            "network:host",
            "gpu",
            "docker_socket",
            "agent_files",
            "bind:/PATH",
            "security_opt:OPTION",
            "sysctl:NAME",
            "tag");

    private AllowWords() {}

    private static Read<String> word(String text) {
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1);
        boolean known = colon < 0
                ? PLAIN.contains(text)
                : switch (text.substring(0, colon)) {
                    case "cap" -> value.matches("[A-Z][A-Z_]*") && !value.startsWith("CAP_");
                    case "device", "bind" -> value.startsWith("/");
                    case "network" -> value.equals("host");
                    case "security_opt", "sysctl" -> !value.isBlank();
                    default -> false;
                };
        if (known) {
            return Read.good(text);
        }
        String near = Nearest.of(text, PLAIN);
        return Read.bad("expected one of %s, found \"%s\"%s"
                .formatted(String.join(", ", ALL), text, near == null ? "" : "; did you mean \"%s\"?".formatted(near)));
    }
}
