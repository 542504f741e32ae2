package dev.dhow.agent.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.Defaults;
import java.util.ArrayList;
import java.util.List;

/// How a container is reached.
final class NetworkTranslation {
    private NetworkTranslation() {}

    static void apply(NetworkSpec network, Owner owner, CreateContainerCmd command, HostConfig config) {
        if (network.mode() != null) {
            config.withNetworkMode(network.mode());
        } else {
            Attachment first = attachments(network).getFirst();
            config.withNetworkMode(first.name());
            command.withAliases(aliases(first, owner));
            if (first.ipv4Address() != null) {
                command.withIpv4Address(first.ipv4Address());
            }
            if (first.ipv6Address() != null) {
                command.withIpv6Address(first.ipv6Address());
            }
        }
        if (!network.extraHosts().isEmpty()) {
            config.withExtraHosts(network.extraHosts().toArray(String[]::new));
        }
        if (!network.dns().isEmpty()) {
            config.withDns(network.dns());
        }
        if (!network.dnsSearch().isEmpty()) {
            config.withDnsSearch(network.dnsSearch());
        }
        ports(network.ports(), command, config);
    }

    /// The networks beside the first: the Engine joins one when it makes a container.
    static List<Attachment> further(NetworkSpec network) {
        return network.mode() != null
                ? List.of()
                : attachments(network).subList(1, attachments(network).size());
    }

    static ContainerNetwork endpoint(Attachment attachment, Owner owner) {
        ContainerNetwork endpoint = new ContainerNetwork().withAliases(aliases(attachment, owner));
        if (attachment.ipv4Address() == null && attachment.ipv6Address() == null) {
            return endpoint;
        }
        ContainerNetwork.Ipam ipam = new ContainerNetwork.Ipam();
        if (attachment.ipv4Address() != null) {
            ipam.withIpv4Address(attachment.ipv4Address());
        }
        if (attachment.ipv6Address() != null) {
            ipam.withIpv6Address(attachment.ipv6Address());
        }
        return endpoint.withIpamConfig(ipam);
    }

    private static List<Attachment> attachments(NetworkSpec network) {
        return network.networks().isEmpty()
                ? List.of(new Attachment(Defaults.NETWORK, List.of(), null, null))
                : network.networks();
    }

    /// Every role answers as `ROLE.SERVICE` in each network it is in; what is made for a task answers nobody.
    private static List<String> aliases(Attachment attachment, Owner owner) {
        List<String> aliases = new ArrayList<>();
        if (owner.task() == null) {
            aliases.add(owner.role() + "." + owner.service());
        }
        aliases.addAll(attachment.aliases());
        return aliases;
    }

    private static void ports(List<Port> ports, CreateContainerCmd command, HostConfig config) {
        if (ports.isEmpty()) {
            return;
        }
        List<ExposedPort> exposed = new ArrayList<>();
        List<PortBinding> bindings = new ArrayList<>();
        for (Port port : ports) {
            ExposedPort inside = new ExposedPort(port.containerPort(), InternetProtocol.parse(port.protocol()));
            exposed.add(inside);
            Ports.Binding outside = port.hostPort() == null
                    ? Ports.Binding.bindIp(port.hostIp())
                    : Ports.Binding.bindIpAndPort(port.hostIp(), port.hostPort());
            bindings.add(new PortBinding(outside, inside));
        }
        command.withExposedPorts(exposed);
        config.withPortBindings(bindings);
    }
}
