package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.CertificateSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `proxy.tls`: `true`, `false`, `{certificate, key}` or `{acme: true}`. A role's own replaces the root's as a whole,
/// because a certificate goes with its key.
final class TlsForm implements Form<CertificateSource> {
    static final TlsForm TLS = new TlsForm();

    private static final Key<String> CERTIFICATE = Key.inside(
            "certificate",
            Forms.text("path", TlsForm::file),
            "PEM file of the chain, leaf first; absolute, or below `proxy.certs` of agent.yaml.");
    private static final Key<String> KEY =
            Key.inside("key", Forms.text("path", TlsForm::file), "PEM file of the certificate's key.");
    private static final Key<Boolean> ACME = Key.inside(
                    "acme", Forms.BOOL, "Instead: from the authority of `proxy.acme` of agent.yaml. Not for wildcards.")
            .or(false);
    private static final Section SECTION = Section.of(CERTIFICATE, KEY, ACME)
            .knowing(Map.of(
                    "cert", "use \"certificate\" instead",
                    "certificate_pem", "use \"certificate\" instead",
                    "private_key", "use \"key\" instead",
                    "private_key_pem", "use \"key\" instead"));

    private TlsForm() {}

    @Override
    public String words() {
        return "boolean, or map";
    }

    @Override
    public @Nullable CertificateSource bind(Node node, Scope scope) {
        return switch (node) {
            case Node.Mapping map -> map(map, scope);
            case Node.Sequence _ -> {
                scope.error(node, "expected true, false or a map, found a list");
                yield null;
            }
            case Node.Scalar _ -> {
                Boolean on = Forms.BOOL.bind(node, scope);
                yield on == null ? null : on ? new CertificateSource.Fitting() : new CertificateSource.None();
            }
        };
    }

    private static @Nullable CertificateSource map(Node.Mapping map, Scope scope) {
        Values values = SECTION.bind(map, scope);
        if (values == null) {
            return null;
        }
        String certificate = values.get(CERTIFICATE);
        String key = values.get(KEY);
        boolean acme = values.or(ACME, false);
        if (acme && (certificate != null || key != null)) {
            scope.error(map, "acme and a certificate of your own exclude each other; keep one");
            return null;
        }
        if (acme) {
            return new CertificateSource.Acme();
        }
        if (certificate != null && key != null) {
            return new CertificateSource.Files(certificate, key);
        }
        if (certificate != null && values.lacks(KEY)) {
            scope.error(map, "\"key\" is missing: the PEM file of the certificate's key");
        } else if (key != null && values.lacks(CERTIFICATE)) {
            scope.error(map, "\"certificate\" is missing: the PEM file of the chain that goes with the key");
        } else if (values.lacks(CERTIFICATE) && values.lacks(KEY) && (values.has(ACME) || values.lacks(ACME))) {
            scope.error(
                    map,
                    "write certificate and key, or acme: true; \"tls: true\" takes the one that fits from the agent's"
                            + " directory");
        }
        return null;
    }

    private static Read<String> file(String text) {
        if (text.contains("-----BEGIN") || text.contains("\n")) {
            // What was pasted may be the key itself.
            return Read.bad("expected the path of a PEM file, not its content");
        }
        if (text.startsWith("/")) {
            return Forms.absolute(text);
        }
        if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
            return Read.bad("expected the path of a PEM file, absolute or below the agent's directory of certificates");
        }
        return !List.of(text.split("/")).contains("..")
                ? Read.good(text)
                : Read.bad("\"%s\" leads out of the agent's directory of certificates; write its absolute path"
                        .formatted(text));
    }

    @Override
    public Object write(CertificateSource value) {
        return switch (value) {
            case CertificateSource.None _ -> false;
            case CertificateSource.Fitting _ -> true;
            case CertificateSource.Acme _ -> Map.of(ACME.name(), true);
            case CertificateSource.Files(String certificate, String key) -> {
                Map<String, Object> written = new LinkedHashMap<>();
                written.put(CERTIFICATE.name(), certificate);
                written.put(KEY.name(), key);
                yield written;
            }
        };
    }

    @Override
    public List<Key<?>> keys() {
        return SECTION.keys();
    }
}
