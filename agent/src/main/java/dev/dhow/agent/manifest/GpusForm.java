package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.PrivilegeSpec.Gpu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `gpus`: `all`, a number, or Compose's list of requests.
final class GpusForm implements Form<List<Gpu>> {
    static final GpusForm GPUS = new GpusForm();

    private static final int ALL = -1;
    private static final Form<Integer> COUNT_FORM =
            Forms.scalar("`all` or integer", GpusForm::count, count -> count == ALL ? "all" : count);
    private static final Key<String> DRIVER =
            Key.inside("driver", Forms.TEXT, "Such as `nvidia`.").orWords("the one that fits");
    private static final Key<Integer> COUNT =
            Key.inside("count", COUNT_FORM, "How many.").orWords("`all` without `device_ids`");
    private static final Key<List<Located<String>>> DEVICE_IDS =
            Key.inside("device_ids", Forms.list(Forms.TEXT), "Which, instead of `count`.");
    private static final Key<List<Located<String>>> CAPABILITIES = Key.inside(
                    "capabilities", Forms.list(Forms.TEXT), "What they must be able to do.")
            .or(List.of("gpu"));
    private static final Key<Map<String, String>> OPTIONS = Key.inside("options", Forms.TEXT_MAP, "For the driver.");
    private static final Section LONG = Section.of(DRIVER, COUNT, DEVICE_IDS, CAPABILITIES, OPTIONS);

    private GpusForm() {}

    @Override
    public String words() {
        return "`all`, integer, or list of map";
    }

    @Override
    public @Nullable List<Gpu> bind(Node node, Scope scope) {
        if (!(node instanceof Node.Sequence list)) {
            Integer count = COUNT_FORM.bind(node, scope);
            return count == null ? null : List.of(new Gpu(null, count, List.of(), List.of("gpu"), Map.of()));
        }
        List<Gpu> gpus = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Gpu gpu = one(list.items().get(i), scope.at(i));
            if (gpu != null) {
                gpus.add(gpu);
            }
        }
        return gpus;
    }

    private static @Nullable Gpu one(Node node, Scope scope) {
        Values values = LONG.bind(node, scope);
        if (values == null) {
            return null;
        }
        List<String> ids = Located.values(values.or(DEVICE_IDS, List.of()));
        if (values.has(COUNT) && !ids.isEmpty()) {
            scope.error(node, "count and device_ids exclude each other; keep one");
            return null;
        }
        return new Gpu(
                values.get(DRIVER),
                values.or(COUNT, ids.isEmpty() ? ALL : 0),
                ids,
                values.has(CAPABILITIES) ? Located.values(values.or(CAPABILITIES, List.of())) : List.of("gpu"),
                values.or(OPTIONS, Map.of()));
    }

    private static Read<Integer> count(String text) {
        if (text.equals("all")) {
            return Read.good(ALL);
        }
        return text.matches("[1-9][0-9]{0,2}")
                ? Read.good(Integer.parseInt(text))
                : Read.bad("expected all, or a number of GPUs, found \"%s\"".formatted(text));
    }

    @Override
    public Object write(List<Gpu> value) {
        return value.stream().map(GpusForm::write).toList();
    }

    private static Map<String, Object> write(Gpu gpu) {
        Map<String, Object> written = new LinkedHashMap<>();
        if (gpu.driver() != null) {
            written.put("driver", gpu.driver());
        }
        if (gpu.deviceIds().isEmpty()) {
            written.put("count", COUNT_FORM.write(gpu.count()));
        } else {
            written.put("device_ids", gpu.deviceIds());
        }
        written.put("capabilities", gpu.capabilities());
        if (!gpu.options().isEmpty()) {
            written.put("options", new TreeMap<>(gpu.options()));
        }
        return written;
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
