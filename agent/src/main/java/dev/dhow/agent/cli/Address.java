package dev.dhow.agent.cli;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the agent is asked.
///
/// @param shown as the user named it
/// @param target what to connect to
/// @param host the Host header
record Address(String shown, SocketAddress target, String host) {
    static final String DEFAULT = "unix:///run/dhow/dhow.sock";
    private static final String FORMS = "write unix:///PATH or http://HOST:PORT";
    private static final int HTTP_PORT = 80;

    /// `--host`, else `DHOW_HOST`, else the default socket.
    static Address find(@Nullable String option, Map<String, String> env) throws Refusal {
        if (option != null) {
            return parse("--host", option);
        }
        String variable = env.getOrDefault("DHOW_HOST", "");
        return variable.isEmpty() ? parse("default", DEFAULT) : parse("DHOW_HOST", variable);
    }

    private static Address parse(String origin, String text) throws Refusal {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new Refusal(Exit.ERROR, "%s \"%s\" is no address; %s".formatted(origin, text, FORMS));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        String path = uri.getPath() == null ? "" : uri.getPath();
        return switch (scheme) {
            case "unix" -> {
                if (uri.getAuthority() != null || !path.startsWith("/")) {
                    throw new Refusal(
                            Exit.ERROR,
                            "%s \"%s\": a socket's path is absolute, so write unix:///PATH".formatted(origin, text));
                }
                yield new Address(text, UnixDomainSocketAddress.of(path), "localhost");
            }
            case "http" -> {
                if (uri.getHost() == null || path.length() > 1) {
                    throw new Refusal(Exit.ERROR, "%s \"%s\" is no address; %s".formatted(origin, text, FORMS));
                }
                int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
                String host = uri.getHost().replaceAll("^\\[|]$", "");
                yield new Address(text, new InetSocketAddress(host, port), uri.getAuthority());
            }
            case "https" ->
                throw new Refusal(
                        Exit.ERROR,
                        "%s \"%s\": https is not supported yet; use the socket over ssh, or http:// on this host"
                                .formatted(origin, text));
            default -> throw new Refusal(Exit.ERROR, "%s \"%s\" is no address; %s".formatted(origin, text, FORMS));
        };
    }
}
