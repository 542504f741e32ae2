package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The keys of `healthcheck`.
final class HealthKeys {
    /// The status codes that pass, both included.
    record Range(int from, int to) {
        @Override
        public String toString() {
            return from == to ? String.valueOf(from) : from + "-" + to;
        }
    }

    static final Key<String> PATH = Key.inside("path", Forms.text("path", HealthKeys::path), "What is asked for.")
            .or("/up");
    static final Key<Integer> HTTP_PORT =
            Key.inside("port", Forms.PORT, "The container's port.").orWords("`app_port`");
    static final Key<String> HOST =
            Key.inside("host", Forms.TEXT, "The Host header.").orWords("the first of `proxy.hosts`");
    static final Key<Map<String, String>> HEADERS =
            Key.inside("headers", Forms.TEXT_MAP, "Further headers of the request.");
    static final Key<Range> EXPECT = Key.inside(
                    "expect",
                    Forms.scalar("status code or range", HealthKeys::range, Range::toString),
                    "The status codes that pass.")
            .or("200-299");
    static final Section HTTP_MAP = Section.of(PATH, HTTP_PORT, HOST, HEADERS, EXPECT);
    static final Key<Integer> TCP_PORT = Key.inside("port", Forms.PORT, "The container's port.");
    static final Section TCP_MAP = Section.of(TCP_PORT);

    static final Key<Values> HTTP =
            Key.inside("http", HTTP_MAP, "A GET request to each container.").orWords("proxied roles: `{path: /up}`");
    static final Key<Values> TCP = Key.inside("tcp", TCP_MAP, "A connection to each container.");
    static final Key<List<String>> TEST = Key.inside(
                    "test", new TestForm(), "A command in the container, run by Docker.")
            .orWords("the image's HEALTHCHECK");
    static final Key<Boolean> DISABLE =
            Key.inside("disable", Forms.BOOL, "Only the process is watched.").or(false);
    static final Key<Duration> INTERVAL = Key.inside(
                    "interval", Quantities.INTERVAL, "Between two checks of a container that was ready.")
            .orWords("10s; `test`: 30s");
    static final Key<Duration> TIMEOUT = Key.inside("timeout", Quantities.INTERVAL, "How long one check may take.")
            .orWords("5s; `test`: 30s");
    static final Key<Integer> RETRIES = Key.inside(
                    "retries", Forms.integer(1, 1000), "Failures in a row that make a ready container unready.")
            .or(Defaults.CHECK_RETRIES);
    static final Key<Duration> START_PERIOD = Key.inside(
            "start_period", Quantities.DURATION, "`test`: failures in this time after the start do not count.");
    static final Key<Duration> START_INTERVAL = Key.inside(
                    "start_interval", Quantities.INTERVAL, "Between two checks of a container that starts.")
            .or("1s");
    static final Key<HealthSpec.OnFailure> ON_FAILURE = Key.inside(
                    "on_failure",
                    Forms.choice(HealthSpec.OnFailure.class, word -> word.name().toLowerCase(Locale.ROOT)),
                    "What a failing check of a running container does.")
            .orWords("`none` for HTTP and TCP of proxied roles, else `restart`");

    /// What a role's own map replaces as a whole.
    static final List<Key<?>> KINDS = List.of(HTTP, TCP, TEST, DISABLE);

    private static final Section SECTION = Section.of(
                    HTTP, TCP, TEST, DISABLE, INTERVAL, TIMEOUT, RETRIES, START_PERIOD, START_INTERVAL, ON_FAILURE)
            .knowing(ForeignWords.HEALTH);

    static final Form<Values> HEALTHCHECK = new HealthForm();

    private static final Pattern CODES = Pattern.compile("([1-5][0-9][0-9])(?:-([1-5][0-9][0-9]))?");

    private HealthKeys() {}

    private static Read<String> path(String text) {
        return text.startsWith("/") && text.chars().noneMatch(c -> c <= ' ' || c == 0x7F)
                ? Read.good(text)
                : Read.bad("expected a path that starts with / and has no spaces, found \"%s\"".formatted(text));
    }

    private static Read<Range> range(String text) {
        Matcher codes = CODES.matcher(text);
        if (codes.matches()) {
            int from = Integer.parseInt(codes.group(1));
            int to = codes.group(2) == null ? from : Integer.parseInt(codes.group(2));
            if (from <= to) {
                return Read.good(new Range(from, to));
            }
        }
        return Read.bad("expected a status code such as 200, or a range such as 200-299, found \"%s\"".formatted(text));
    }

    /// `healthcheck.test`: Docker's forms; one text is a shell's line.
    private record TestForm() implements Form<List<String>> {
        @Override
        public String words() {
            return "text, or list that starts with CMD, CMD-SHELL or NONE";
        }

        @Override
        public @Nullable List<String> bind(Node node, Scope scope) {
            if (node instanceof Node.Scalar) {
                String line = Forms.textOf(node, "a command", scope);
                if (line == null) {
                    return null;
                }
                return line.equals("NONE") ? List.of(line) : List.of("CMD-SHELL", line);
            }
            List<String> words = CommandForm.COMMAND.bind(node, scope);
            if (words == null) {
                return null;
            }
            String kind = words.isEmpty() ? "" : words.getFirst();
            boolean good = switch (kind) {
                case "NONE" -> words.size() == 1;
                case "CMD" -> words.size() > 1;
                case "CMD-SHELL" -> words.size() == 2;
                default -> false;
            };
            if (!good) {
                scope.error(node, "expected [CMD, program, argument …], [CMD-SHELL, one line] or [NONE], or one text");
                return null;
            }
            return words;
        }

        @Override
        public Object write(List<String> value) {
            return value;
        }
    }

    /// The whole map: a role's own kinds of check replace the root's kinds, the rest merges.
    private record HealthForm() implements Form<Values> {
        @Override
        public String words() {
            return SECTION.words();
        }

        @Override
        public @Nullable Values bind(Node node, Scope scope) {
            Values values = SECTION.bind(node, scope);
            if (values == null) {
                return null;
            }
            Values.Bound<Boolean> disable = values.bound(DISABLE);
            if (disable != null && disable.value() && (values.has(HTTP) || values.has(TCP) || values.has(TEST))) {
                scope.problems()
                        .error(
                                disable.place(),
                                disable.path(),
                                "disable: true and a check contradict each other; keep one");
            }
            Values.Bound<Values> tcp = values.bound(TCP);
            if (tcp != null && tcp.value().lacks(TCP_PORT)) {
                scope.problems().error(tcp.place(), tcp.path(), "\"port\" is missing");
            }
            return values;
        }

        @Override
        public Object write(Values value) {
            return SECTION.write(value);
        }

        @Override
        public Values merge(Values base, Values own, boolean bothMaps) {
            return own.over(KINDS.stream().anyMatch(own::has) ? base.without(KINDS) : base);
        }

        @Override
        public List<Key<?>> keys() {
            return SECTION.keys();
        }
    }
}
