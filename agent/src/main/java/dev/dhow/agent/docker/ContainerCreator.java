package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import java.util.Optional;

/// Makes containers, so that a call may be repeated: one whose first answer was lost is found by its name and labels.
final class ContainerCreator {
    private final EngineConnection connection;

    ContainerCreator(EngineConnection connection) {
        this.connection = connection;
    }

    String create(ContainerRequest request) throws RuntimeFailure, InterruptedException {
        requireExternalVolumes(request);
        String id;
        boolean made = true;
        try {
            id = connection.call(
                    Operation.CREATE,
                    request.name(),
                    s -> command(request, s).exec().getId());
        } catch (RuntimeFailure e) {
            if (e.kind() != Kind.NAME_TAKEN) {
                throw e;
            }
            id = ofEarlierCall(request, e);
            made = false;
        }
        connect(id, request, made);
        return id;
    }

    private static CreateContainerCmd command(ContainerRequest request, EngineSession session) throws RuntimeFailure {
        RoleSpec role = request.role();
        CreateContainerCmd command = session.typed().createContainerCmd(request.image());
        HostConfig config = HostConfig.newHostConfig();
        try {
            ProcessTranslation.apply(request, command);
            NetworkTranslation.apply(role.container().network(), request.owner(), command, config);
            MountTranslation.apply(request, config);
            LimitTranslation.apply(role.container(), config);
            PrivilegeTranslation.apply(role.container().privileges(), config);
        } catch (UntranslatableException e) {
            throw new RuntimeFailure(
                    Kind.INVALID,
                    "create %s: %s; change the service's file".formatted(request.name(), e.getMessage()),
                    e);
        }
        HealthTranslation.of(role, session.version()).ifPresent(command::withHealthcheck);
        return command.withHostConfig(config);
    }

    /// Docker would make a missing volume, empty and without a word.
    private void requireExternalVolumes(ContainerRequest request) throws RuntimeFailure, InterruptedException {
        for (Mount mount : request.role().container().storage().volumes()) {
            if (mount instanceof Mount.Named named && named.external()) {
                try {
                    connection.call(Operation.VOLUME_INSPECT, named.name(), s -> s.tree("/volumes/" + named.name()));
                } catch (RuntimeFailure e) {
                    if (e.kind() != Kind.NOT_FOUND) {
                        throw e;
                    }
                    throw new RuntimeFailure(
                            Kind.NOT_FOUND,
                            "create %s: volume %s does not exist and is external: make it (`docker volume create %s`), or leave out `external`"
                                    .formatted(request.name(), named.name(), named.name()),
                            e);
                }
            }
        }
    }

    private String ofEarlierCall(ContainerRequest request, RuntimeFailure taken)
            throws RuntimeFailure, InterruptedException {
        JsonNode holder;
        try {
            holder = inspect(request.name());
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.NOT_FOUND) {
                // It went between the two calls: the next try will have the name.
                throw new RuntimeFailure(
                        Kind.CONFLICT, "create %s: its name was taken a moment ago".formatted(request.name()), taken);
            }
            throw e;
        }
        Optional<Owner> owner = InspectParser.container(holder).map(ObservedContainer::owner);
        if (owner.isPresent() && owner.get().equals(request.owner())) {
            return holder.path("Id").asText();
        }
        throw taken;
    }

    private JsonNode inspect(String nameOrId) throws RuntimeFailure, InterruptedException {
        return connection.call(Operation.INSPECT, nameOrId, s -> s.tree("/containers/" + nameOrId + "/json"));
    }

    private void connect(String id, ContainerRequest request, boolean made)
            throws RuntimeFailure, InterruptedException {
        List<Attachment> further =
                NetworkTranslation.further(request.role().container().network());
        if (further.isEmpty()) {
            return;
        }
        JsonNode joined = made
                ? EngineSession.JSON.createObjectNode()
                : inspect(id).path("NetworkSettings").path("Networks");
        boolean connected = false;
        try {
            for (Attachment attachment : further) {
                if (!joined.has(attachment.name())) {
                    connection.call(
                            Operation.CONNECT,
                            request.name() + " to " + attachment.name(),
                            s -> s.typed()
                                    .connectToNetworkCmd()
                                    .withContainerId(id)
                                    .withNetworkId(attachment.name())
                                    .withContainerNetwork(NetworkTranslation.endpoint(attachment, request.owner()))
                                    .exec());
                }
            }
            connected = true;
        } finally {
            if (!connected && made) {
                discard(id, request.name());
            }
        }
    }

    /// A container that lacks a network must not be taken for a whole one and started.
    private void discard(String id, String name) throws InterruptedException {
        try {
            connection.call(
                    Operation.REMOVE,
                    name,
                    s -> s.typed()
                            .removeContainerCmd(id)
                            .withRemoveVolumes(true)
                            .exec());
        } catch (RuntimeFailure e) {
            // The failure to connect is what is told; with the Engine away nothing more can be done.
        }
    }
}
