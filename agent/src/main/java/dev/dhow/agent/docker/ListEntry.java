package dev.dhow.agent.docker;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One container in Docker's list: just what tells whether it has to be inspected again.
///
/// @param name without the leading slash
/// @param state Docker's word
/// @param addresses by network
record ListEntry(
        String id,
        String name,
        String imageId,
        String state,
        StatusLine status,
        Map<String, String> labels,
        Map<String, String> addresses) {

    /// Whether something happened to it since the earlier entry.
    boolean differsFrom(ListEntry earlier) {
        return !state.equals(earlier.state)
                || !name.equals(earlier.name)
                || !imageId.equals(earlier.imageId)
                || status.differsFrom(earlier.status)
                || !addresses.equals(earlier.addresses)
                || !labels.equals(earlier.labels);
    }

    /// Reads Docker's list as it streams in.
    static List<ListEntry> read(InputStream body) throws IOException {
        try (JsonParser json = EngineSession.JSON.getFactory().createParser(body)) {
            List<ListEntry> entries = new ArrayList<>();
            expect(json, json.nextToken(), JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.START_OBJECT) {
                entries.add(entry(json));
            }
            expect(json, json.currentToken(), JsonToken.END_ARRAY);
            return entries;
        }
    }

    private static ListEntry entry(JsonParser json) throws IOException {
        String id = "";
        String name = "";
        String imageId = "";
        String state = "";
        String status = "";
        Map<String, String> labels = Map.of();
        Map<String, String> addresses = Map.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "Id" -> id = text(json);
                case "Names" -> name = name(json);
                case "ImageID" -> imageId = text(json);
                case "State" -> state = text(json);
                case "Status" -> status = text(json);
                case "Labels" -> labels = texts(json);
                case "NetworkSettings" -> addresses = addresses(json);
                default -> skip(json, value);
            }
        }
        return new ListEntry(id, name, imageId, state, StatusLine.parse(status), labels, addresses);
    }

    /// The container's own name; names through links have another slash.
    private static String name(JsonParser json) throws IOException {
        String name = "";
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return name;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String each = text(json);
            if (each.lastIndexOf('/') == 0) {
                name = each.substring(1);
            }
        }
        return name;
    }

    private static Map<String, String> texts(JsonParser json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                json.nextToken();
                texts.put(key, text(json));
            }
        }
        return texts;
    }

    /// `{"Networks": {"dhow": {"IPAddress": "…"}}}`.
    private static Map<String, String> addresses(JsonParser json) throws IOException {
        Map<String, String> addresses = new HashMap<>();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return addresses;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean networks = json.currentName().equals("Networks");
            JsonToken value = json.nextToken();
            if (!networks || value != JsonToken.START_OBJECT) {
                skip(json, value);
                continue;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String network = json.currentName();
                addresses.put(network, address(json));
            }
        }
        return addresses;
    }

    private static String address(JsonParser json) throws IOException {
        String address = "";
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return address;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = json.currentName().equals("IPAddress");
            JsonToken value = json.nextToken();
            if (wanted) {
                address = text(json);
            } else {
                skip(json, value);
            }
        }
        return address;
    }

    private static String text(JsonParser json) throws IOException {
        String text = json.getValueAsString();
        return text == null ? "" : text;
    }

    private static void skip(JsonParser json, JsonToken value) throws IOException {
        if (value.isStructStart()) {
            json.skipChildren();
        }
    }

    private static void expect(JsonParser json, JsonToken is, JsonToken wanted) throws IOException {
        if (is != wanted) {
            throw new IOException("Docker's list is not one: %s at %s".formatted(is, json.currentLocation()));
        }
    }
}
