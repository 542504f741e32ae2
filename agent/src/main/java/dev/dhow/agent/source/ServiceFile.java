package dev.dhow.agent.source;

import dev.dhow.agent.manifest.FileText;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.spec.Names;
import dev.dhow.api.status.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One service's file over time: what it last said that counted.
final class ServiceFile {
    private final String service;
    private Texts.@Nullable Parsed latest;
    private @Nullable Outcome accepted;

    ServiceFile(String service) {
        this.service = service;
    }

    /// What counted last; null: nothing yet.
    @Nullable
    Outcome accepted() {
        return accepted;
    }

    /// What a reading gives to judge by.
    record Context(Reading.Listing reading, Path directory, Settling settling, Texts texts, WatchedFiles others) {}

    /// Takes the service's files of one reading; until all that they consist of has settled, what counted
    /// before
    /// stands.
    ///
    /// @param files one, or `.yaml` and `.yml`
    /// @param moved names that the kernel reported as renamed into place
    /// @return whether everything has settled
    boolean observe(SortedMap<String, FileContent> files, Set<String> moved, Context context) {
        boolean settled = true;
        for (Map.Entry<String, FileContent> file : files.entrySet()) {
            boolean trusted =
                    moved.contains(file.getKey()) && file.getValue() instanceof FileContent.Text text && !text.link();
            settled &= context.settling()
                    .observe(file.getKey(), file.getValue().fingerprint(), context.reading(), trusted);
        }
        // Not parsed before it has settled: the text is likely to be cut off.
        if (!settled) {
            watch(context);
            return false;
        }
        String name = files.firstKey();
        Outcome outcome = files.size() > 1
                ? twice(files)
                : switch (files.get(name)) {
                    case FileContent.Unusable unusable ->
                        bad(unusable.readable(), Problem.ofFile(name, unusable.problem()));
                    case FileContent.Text text -> text(name, text, context);
                    case null -> null;
                };
        if (outcome == null) {
            return false;
        }
        accepted = outcome;
        return true;
    }

    private @Nullable Outcome text(String name, FileContent.Text text, Context context) {
        if (!Names.valid(service)) {
            return bad(
                    true,
                    Problem.ofFile(
                            name,
                            "the file's name is the service's name, and \"%s\" is none: it must match %s; rename the file"
                                    .formatted(service, Names.PATTERN)));
        }
        Texts.Parsed parsed = latest;
        if (parsed == null
                || !parsed.fingerprint().equals(text.fingerprint())
                || !parsed.others()
                        .equals(context.others().again(parsed.others().keySet()))) {
            parsed = context.texts().parse(name, service, text, context.directory(), context.others());
            latest = parsed;
        }
        return settled(parsed.others(), context) ? outcome(name, text, parsed.manifest(), context.directory()) : null;
    }

    /// Keeps the files that the last text names settled, so that they need not settle again when the next one
    /// counts.
    private void watch(Context context) {
        if (latest != null) {
            settled(context.others().again(latest.others().keySet()), context);
        }
    }

    private static boolean settled(Map<Path, String> others, Context context) {
        boolean settled = true;
        for (Map.Entry<Path, String> other : others.entrySet()) {
            settled &=
                    context.settling().observe(other.getKey().toString(), other.getValue(), context.reading(), false);
        }
        return settled;
    }

    private Outcome outcome(String name, FileContent.Text text, Manifest manifest, Path directory) {
        if (manifest.spec() != null) {
            return new Outcome.Valid(manifest, manifest.spec(), name, text);
        }
        // Who may put a link here may not read all that this agent can: messages quote the text, and places tell of it.
        boolean foreign = text.link() && !FileText.isService(text.bytes());
        return foreign ? bad(true, unquoted(name, directory)) : new Outcome.Bad(true, manifest.problems());
    }

    private static Problem unquoted(String name, Path directory) {
        String message =
                "it is a symbolic link to what does not read as a service file, so nothing of that is shown here; make it lead to one, or run `dhow validate %s`"
                        .formatted(directory.resolve(name));
        return Problem.ofFile(name, message);
    }

    private Outcome twice(SortedMap<String, FileContent> files) {
        List<String> names = List.copyOf(files.keySet());
        return new Outcome.Bad(
                true,
                names.stream()
                        .map(name -> Problem.ofFile(
                                name,
                                "%s are both files of service %s; remove one of them"
                                        .formatted(String.join(" and ", names), service)))
                        .toList());
    }

    private static Outcome bad(boolean readable, Problem problem) {
        return new Outcome.Bad(readable, List.of(problem));
    }
}
