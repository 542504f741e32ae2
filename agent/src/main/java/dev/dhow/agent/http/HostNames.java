package dev.dhow.agent.http;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The names under which the API may be asked on TCP. A web page that makes its own name point to this host
/// (DNS rebinding) sends that name as Host, and is refused by it. An address cannot be rebound, so every one is good.
final class HostNames {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final Set<String> names = new HashSet<>();

    HostNames(String hostName, List<String> further) {
        names.add("localhost");
        names.add(hostName.toLowerCase(Locale.ROOT));
        further.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /// @param header the value of `Host`, with or without a port
    boolean admits(String header) {
        String host = PORT.matcher(header.strip()).replaceFirst("");
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return IPV4.matcher(host).matches()
                || IPV6.matcher(host).matches()
                || names.contains(host.toLowerCase(Locale.ROOT));
    }
}
