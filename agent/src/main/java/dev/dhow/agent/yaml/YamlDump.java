package dev.dhow.agent.yaml;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/// Writes any tree of maps, lists and scalars as YAML for programs. What people read and edit is [YamlWriter]'s.
public final class YamlDump {
    private YamlDump() {}

    /// The tree in block style, one line per scalar.
    public static String of(Object tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(Integer.MAX_VALUE);
        options.setSplitLines(false);
        return new Yaml(options).dump(tree);
    }
}
