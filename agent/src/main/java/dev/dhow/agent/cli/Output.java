package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.agent.yaml.YamlDump;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Option;

/// How data is printed: the same answer for people or for programs.
final class Output {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table (for people), json or yaml (for programs).")
    private Format format = Format.table;

    /// The words are what the user types.
    enum Format {
        table,
        json,
        yaml
    }

    /// Whether it is for people.
    boolean isTable() {
        return format == Format.table;
    }

    /// @param json what the agent answered
    /// @param table the same for people
    String text(String json, String table) throws IOException {
        return switch (format) {
            case table -> table;
            case json -> json;
            case yaml -> YamlDump.of(Json.read(json, Map.class));
        };
    }
}
