package dev.dhow.agent.manifest;

import dev.dhow.agent.manifest.Claim.HostPort;
import dev.dhow.agent.manifest.Claim.Route;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Place;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec.Port;
import java.util.ArrayList;
import java.util.List;

/// What the roles of one file claim of the host.
final class Claims {
    private Claims() {}

    static List<Claim> of(String service, List<Role> roles, Problems problems) {
        List<Claim> claims = new ArrayList<>();
        for (Role role : roles) {
            routes(service, role, problems, claims);
            for (Located<PortForm.Ports> ports : role.values().or(ContainerKeys.PORTS, List.of())) {
                for (Port port : ports.value().each()) {
                    Integer host = port.hostPort();
                    if (host != null) {
                        HostPort what = new HostPort(port.hostIp(), host, port.protocol());
                        claims.add(claim(what, service, role, problems, ports.place(), ports.path()));
                    }
                }
            }
        }
        return claims;
    }

    private static void routes(String service, Role role, Problems problems, List<Claim> claims) {
        Values proxy = role.proxy();
        if (proxy == null) {
            return;
        }
        String prefix = proxy.or(ProxyKeys.PATH_PREFIX, "/");
        List<Located<String>> hosts = proxy.or(ProxyKeys.HOSTS, List.of());
        hosts.forEach(host ->
                claims.add(claim(new Route(host.value(), prefix), service, role, problems, host.place(), host.path())));
        Values.Bound<Boolean> isDefault = proxy.bound(ProxyKeys.DEFAULT);
        Values.Bound<ProxyKeys.Proxy> written = role.values().bound(RoleKeys.PROXY);
        if (isDefault != null && isDefault.value()) {
            claims.add(claim(new Route("", prefix), service, role, problems, isDefault.place(), isDefault.path()));
        } else if (hosts.isEmpty()) {
            Place place = written == null ? role.place() : written.place();
            String path = written == null ? role.path() : written.path();
            claims.add(claim(new Route("", prefix), service, role, problems, place, path));
        }
    }

    private static Claim claim(
            Claim.What what, String service, Role role, Problems problems, Place place, String path) {
        return new Claim(what, service, role.name(), problems.file(), place, path, problems.line(place, path));
    }
}
