package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One entry of `volumes`: `[SOURCE:]TARGET[:OPTIONS]`, or a map.
final class VolumeForm implements Form<Volume> {
    static final VolumeForm VOLUME = new VolumeForm();

    private static final Key<Volume.Type> TYPE = Key.inside(
                    "type", Forms.choice(Volume.Type.class, Volume.Type::word), "What is mounted.")
            .orWords("by `source`");
    private static final Key<String> SOURCE = Key.inside(
            "source",
            Forms.TEXT,
            "A volume's name, or a path of the host: absolute, or starting with `.` and relative to the service file.");
    private static final Key<String> TARGET = Key.inside("target", Forms.ABSOLUTE_PATH, "The path in the container.");
    private static final Key<Boolean> READ_ONLY =
            Key.inside("read_only", Forms.BOOL, "The container may only read.").or(false);
    private static final Key<Boolean> EXTERNAL = Key.inside(
                    "external", Forms.BOOL, "An existing Docker volume of just this name, not `SERVICE_name`.")
            .or(false);
    private static final Key<Boolean> EXCLUSIVE = Key.inside(
                    "exclusive", Forms.BOOL, "Two containers must not have it at once.")
            .or(false);
    private static final Key<Boolean> CREATE = Key.inside(
                    "create_host_path", Forms.BOOL, "Make the directory on the host when it is missing.")
            .or(true);
    private static final Key<Volume.Propagation> PROPAGATION = Key.inside(
            "propagation",
            Forms.choice(Volume.Propagation.class, Volume.Propagation::word),
            "How mounts below it are passed on.");
    private static final String RELABEL = "where the host has SELinux run once: chcon -Rt container_file_t PATH";
    private static final Key<Values> BIND = Key.inside(
            "bind",
            Section.of(CREATE, PROPAGATION)
                    .knowing(Map.of(
                            "selinux",
                            "leave it out: paths are not relabelled here; " + RELABEL,
                            "recursive",
                            "not supported; use \"propagation\"")),
            "For paths of the host.");
    private static final Key<Boolean> NOCOPY =
            Key.inside("nocopy", Forms.BOOL, "Do not fill it from the image.").or(false);
    private static final Key<Values> VOLUME_OPTIONS = Key.inside(
            "volume",
            Section.of(NOCOPY)
                    .knowing(Map.of(
                            "subpath", "not supported; mount the whole volume",
                            "labels", "create the volume with its labels and name it with \"external: true\"")),
            "For volumes.");
    private static final Key<Long> SIZE = Key.inside("size", Quantities.SIZE, "The most it holds.");
    private static final Key<String> MODE = Key.inside("mode", Forms.TEXT, "Its mode in octal digits, such as `1777`.");
    private static final Key<Values> TMPFS = Key.inside("tmpfs", Section.of(SIZE, MODE), "For file systems in memory.");
    private static final Section LONG = Section.of(
                    TYPE, SOURCE, TARGET, READ_ONLY, EXTERNAL, EXCLUSIVE, BIND, VOLUME_OPTIONS, TMPFS)
            .knowing(Map.of("consistency", "leave it out: it has no effect on Linux"));

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private VolumeForm() {}

    @Override
    public String words() {
        return "`[SOURCE:]TARGET[:OPTIONS]`, or map";
    }

    @Override
    public @Nullable Volume bind(Node node, Scope scope) {
        if (node instanceof Node.Mapping map) {
            Values values = LONG.bind(map, scope);
            return values == null ? null : bindLong(values, map, scope);
        }
        String text = Forms.textOf(node, "a volume", scope);
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":", -1);
        if (parts.length > 3) {
            scope.error(node, "expected [SOURCE:]TARGET[:OPTIONS], found \"%s\"".formatted(text));
            return null;
        }
        String source = parts.length == 1 ? null : parts[0];
        String target = parts.length == 1 ? parts[0] : parts[1];
        if (!target.startsWith("/")) {
            scope.error(node, "expected a target that starts with /, found \"%s\"".formatted(target));
            return null;
        }
        Volume volume = of(source, target, node, scope);
        return volume == null || parts.length < 3 ? volume : options(volume, parts[2], node, scope);
    }

    private static @Nullable Volume of(@Nullable String source, String target, Node node, Scope scope) {
        if (source == null) {
            return Volume.of(Volume.Type.VOLUME, null, target);
        }
        if (!source.startsWith("/") && !source.startsWith(".")) {
            return named(source, target, node, scope);
        }
        String path = path(source, node, scope);
        return path == null ? null : Volume.of(Volume.Type.BIND, path, target);
    }

    private static @Nullable Volume named(String source, String target, Node node, Scope scope) {
        if (!NAME.matcher(source).matches()) {
            scope.error(
                    node, "\"%s\" is neither a volume's name nor a path that starts with / or ./".formatted(source));
            return null;
        }
        return Volume.of(Volume.Type.VOLUME, source, target);
    }

    private static @Nullable String path(String source, Node node, Scope scope) {
        try {
            return scope.directory().resolve(source).normalize().toString();
        } catch (InvalidPathException invalid) {
            scope.error(node, "not a path (%s)".formatted(invalid.getReason()));
            return null;
        }
    }

    private static @Nullable Volume options(Volume start, String options, Node node, Scope scope) {
        Volume volume = start;
        for (String option : options.split(",", -1)) {
            boolean bind = volume.type() == Volume.Type.BIND;
            Volume.Propagation propagation = Volume.Propagation.of(option);
            if (option.equals("ro") || option.equals("rw")) {
                volume = volume.readOnly(option.equals("ro"));
            } else if (option.equals("nocopy") && !bind) {
                volume = volume.nocopy(true);
            } else if (propagation != null && bind) {
                volume = volume.bind(volume.createHostPath(), propagation);
            } else if (option.equals("z") || option.equals("Z")) {
                scope.error(
                        node,
                        bind
                                ? "\"%s\" would relabel the path for SELinux, which is not done here; leave it out, and %s"
                                        .formatted(option, RELABEL)
                                : "leave \"%s\" out: Docker labels its volumes for SELinux itself".formatted(option));
                return null;
            } else if (!List.of("cached", "delegated", "consistent").contains(option)) {
                scope.error(
                        node,
                        "expected the options ro, rw, nocopy (volumes) or a propagation such as rslave (paths), found \"%s\""
                                .formatted(option));
                return null;
            }
        }
        return volume;
    }

    private static @Nullable Volume bindLong(Values values, Node.Mapping map, Scope scope) {
        String target = values.get(TARGET);
        if (target == null) {
            if (values.lacks(TARGET)) {
                scope.error(map, "\"target\" is missing: the path in the container");
            }
            return null;
        }
        String source = values.get(SOURCE);
        Volume.Type type = values.get(TYPE);
        Volume volume;
        if (type == Volume.Type.TMPFS) {
            volume = Volume.of(type, null, target).tmpfs(tmpfsOptions(values));
        } else if (type == Volume.Type.BIND && source == null) {
            scope.error(map, "\"source\" is missing: the path on the host");
            return null;
        } else {
            volume = of(source, target, map, scope);
        }
        if (volume == null) {
            return null;
        }
        if (type != null && volume.type() != type) {
            scope.error(
                    map,
                    type == Volume.Type.BIND
                            ? "the source of a bind starts with / or ./"
                            : "the source of a volume is its name, not a path");
            return null;
        }
        boolean shared = values.or(EXTERNAL, false) || values.or(EXCLUSIVE, false);
        if (shared && (volume.type() != Volume.Type.VOLUME || source == null)) {
            scope.error(map, "external and exclusive go with a volume's name as source");
            return null;
        }
        Values bind = values.get(BIND);
        Values options = values.get(VOLUME_OPTIONS);
        return volume.readOnly(values.or(READ_ONLY, false))
                .shared(values.or(EXTERNAL, false), values.or(EXCLUSIVE, false))
                .bind(bind == null || bind.or(CREATE, true), bind == null ? null : bind.get(PROPAGATION))
                .nocopy(options != null && options.or(NOCOPY, false));
    }

    private static String tmpfsOptions(Values values) {
        Values tmpfs = values.get(TMPFS);
        if (tmpfs == null) {
            return "";
        }
        Long size = tmpfs.get(SIZE);
        String mode = tmpfs.get(MODE);
        return (size == null ? "" : "size=" + size)
                + (size == null || mode == null ? "" : ",")
                + (mode == null ? "" : "mode=" + mode);
    }

    @Override
    public Object write(Volume value) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("type", value.type().word());
        if (value.source() != null) {
            written.put("source", value.source());
        }
        written.put("target", value.target());
        written.put("read_only", value.readOnly());
        switch (value.type()) {
            case BIND -> {
                Map<String, Object> bind = new LinkedHashMap<>();
                bind.put("create_host_path", value.createHostPath());
                if (value.propagation() != null) {
                    bind.put("propagation", value.propagation().word());
                }
                written.put("bind", bind);
            }
            case VOLUME -> {
                written.put("external", value.external());
                written.put("exclusive", value.exclusive());
                written.put("volume", Map.of("nocopy", value.nocopy()));
            }
            case TMPFS -> {
                Map<String, Object> tmpfs = new LinkedHashMap<>();
                for (String option : value.tmpfsOptions().split(",")) {
                    int equals = option.indexOf('=');
                    if (equals > 0) {
                        String number = option.substring(equals + 1);
                        tmpfs.put(
                                option.substring(0, equals),
                                option.startsWith("size=") ? Quantities.SIZE.write(Long.valueOf(number)) : number);
                    }
                }
                written.put("tmpfs", tmpfs);
            }
        }
        return written;
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
