package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.ContainerRuntime.HintListener;
import dev.dhow.agent.state.Owner;

/// Turns events into marks and hints.
record HintingEvents(String host, EngineConnection connection, ChangeMarks marks, HintListener hints)
        implements EngineEvents.Handler {
    @Override
    public void opened() {
        marks.everything();
        hints.hint(null);
    }

    @Override
    public void ended() {
        connection.lost();
        marks.lost();
        hints.hint(null);
    }

    @Override
    public void event(JsonNode event) {
        JsonNode attributes = event.path("Actor").path("Attributes");
        switch (event.path("Type").asText()) {
            case "container" -> container(event.path("Actor").path("ID").asText(), attributes);
            case "network" -> network(event.path("Action").asText(), attributes);
            case "image" -> {
                marks.images();
                hints.hint(null);
            }
            case "volume" -> {
                marks.volumes();
                hints.hint(null);
            }
            default -> {
                // Not asked for.
            }
        }
    }

    private void container(String id, JsonNode attributes) {
        if (attributes.path(Owner.HOST).asText().equals(host)) {
            marks.container(id);
            hints.hint(attributes.path(Owner.SERVICE).asText());
        }
    }

    private void network(String action, JsonNode attributes) {
        if (action.equals("connect") || action.equals("disconnect")) {
            // Says which container, not whose. Ours show it in the next list, which every start and end brings on.
            marks.container(attributes.path("container").asText());
            return;
        }
        marks.networks();
        hints.hint(null);
    }
}
