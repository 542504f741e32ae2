package dev.dhow.agent.state;

import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What is remembered of one service: which revisions came and what became of them, and what people asked for. It
/// outlives the agent; losing it loses history, not service.
///
/// @param entries oldest first
/// @param back an earlier revision that somebody asked to go back to; null: none
/// @param held whether somebody asked to leave the service alone
/// @param renew ids of containers that somebody asked to have made anew
/// @param tags what an update resolved: image id by reference
/// @param updating references that are still to be resolved anew
/// @param runs what became of the runs of roles with a schedule, oldest first
public record Chronicle(
        List<Entry> entries,
        @Nullable Back back,
        boolean held,
        Set<String> renew,
        Map<String, String> tags,
        Set<String> updating,
        List<RunStatus> runs) {
    /// Nothing is remembered.
    public static final Chronicle EMPTY =
            new Chronicle(List.of(), null, false, Set.of(), Map.of(), Set.of(), List.of());

    /// So many revisions are remembered.
    private static final int MOST = 20;

    /// Copies the collections; what an older or a damaged journal lacks is empty.
    public Chronicle {
        entries = entries == null ? List.of() : List.copyOf(entries);
        renew = renew == null ? Set.of() : Set.copyOf(renew);
        tags = tags == null ? Map.of() : Map.copyOf(tags);
        updating = updating == null ? Set.of() : Set.copyOf(updating);
        runs = runs == null ? List.of() : List.copyOf(runs);
    }

    /// One of a service without runs.
    public Chronicle(
            List<Entry> entries,
            @Nullable Back back,
            boolean held,
            Set<String> renew,
            Map<String, String> tags,
            Set<String> updating) {
        this(entries, back, held, renew, tags, updating, List.of());
    }

    /// One revision's coming.
    ///
    /// @param images what each role's image was resolved to, by role
    /// @param specs the spec hash of each role's containers, by role; of a revision that became available
    /// @param text the service file; null: nobody kept it
    /// @param released whether its release command has run to its good end
    public record Entry(
            RolloutStatus rollout,
            Map<String, String> images,
            Map<String, String> specs,
            @Nullable ServiceText text,
            boolean released) {
        /// Copies the maps.
        public Entry {
            images = images == null ? Map.of() : Map.copyOf(images);
            specs = specs == null ? Map.of() : Map.copyOf(specs);
        }

        /// One whose release command has not run.
        public Entry(
                RolloutStatus rollout,
                Map<String, String> images,
                Map<String, String> specs,
                @Nullable ServiceText text) {
            this(rollout, images, specs, text, false);
        }

        /// Which revision.
        public String revision() {
            return rollout.revision();
        }

        /// Whether it is under way.
        public boolean progressing() {
            return rollout.outcome() == Outcome.PROGRESSING;
        }

        /// Whether it came into force.
        public boolean available() {
            return rollout.outcome() == Outcome.AVAILABLE;
        }

        /// Whether it is a mere restart of a revision that came before.
        public boolean restarts() {
            return rollout.reason().equals(Reasons.RESTART);
        }

        /// The same with another end.
        public Entry with(RolloutStatus other) {
            return new Entry(other, images, specs, text, released);
        }

        /// The same with other images.
        public Entry withImages(Map<String, String> others) {
            return new Entry(rollout, others, specs, text, released);
        }

        /// The same with other spec hashes.
        public Entry withSpecs(Map<String, String> others) {
            return new Entry(rollout, images, others, text, released);
        }

        /// The same whose service file nobody keeps any more.
        public Entry withoutText() {
            return new Entry(rollout, images, specs, null, released);
        }

        /// The same after its release command.
        public Entry afterRelease() {
            return new Entry(rollout, images, specs, text, true);
        }
    }

    /// A hold at an earlier revision.
    ///
    /// @param content the file's content that it is for: another content ends it
    public record Back(String revision, String content) {}

    /// The newest entry.
    public Optional<Entry> last() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.getLast());
    }

    /// The newest entry that is about what a revision says; a mere restart of it is not.
    public Optional<Entry> of(String revision) {
        return entries.reversed().stream()
                .filter(e -> e.revision().equals(revision) && !e.restarts())
                .findFirst();
    }

    /// Whether this content failed, so that it is not tried again by itself.
    public boolean failed(String revision) {
        return of(revision).filter(e -> e.rollout().outcome().failed()).isPresent();
    }

    /// Whether the release command of this content has run to its good end, now or when it came earlier.
    public boolean released(String revision) {
        return entries.stream().anyMatch(e -> e.revision().equals(revision) && (e.released() || e.available()));
    }

    /// What is in force: the newest that became available; empty: nobody knows of any.
    public Optional<Entry> inForce() {
        return entries.reversed().stream().filter(Entry::available).findFirst();
    }

    /// The newest revision that became available, other than this one.
    public Optional<Entry> availableBeside(String revision) {
        return entries.reversed().stream()
                .filter(e -> e.available() && !e.revision().equals(revision))
                .findFirst();
    }

    /// The same with one entry more; the oldest go, without those that something still rests on.
    public Chronicle and(Entry entry) {
        List<Entry> all = new ArrayList<>(entries);
        all.add(entry);
        while (all.size() > MOST) {
            List<Entry> loose = all.stream().filter(e -> !needed(e, all)).toList();
            all.remove(loose.stream().filter(Entry::restarts).findFirst().orElse(loose.getFirst()));
        }
        return withEntries(all);
    }

    /// Whether it tells what serves, what is gone back to, or what is under way. At most a few are needed at once.
    /// Which entry it is counts, not what it says.
    @SuppressWarnings("ReferenceEquality")
    private boolean needed(Entry entry, List<Entry> all) {
        boolean lastAvailable =
                all.reversed().stream().filter(Entry::available).limit(2).anyMatch(e -> e == entry);
        boolean lastOfBack = back != null
                && all.reversed().stream()
                        .filter(e -> e.revision().equals(back.revision()) && !e.restarts())
                        .findFirst()
                        .filter(e -> e == entry)
                        .isPresent();
        return lastAvailable || lastOfBack || entry == all.getLast();
    }

    /// The same with the newest entry changed.
    public Chronicle changeLast(UnaryOperator<Entry> change) {
        if (entries.isEmpty()) {
            return this;
        }
        List<Entry> all = new ArrayList<>(entries);
        all.set(all.size() - 1, change.apply(all.getLast()));
        return withEntries(all);
    }

    /// The same with other entries.
    public Chronicle withEntries(List<Entry> others) {
        return new Chronicle(others, back, held, renew, tags, updating, runs);
    }

    /// The same with another hold at an earlier revision, or none.
    public Chronicle withBack(@Nullable Back other) {
        return new Chronicle(entries, other, held, renew, tags, updating, runs);
    }

    /// The same, left alone or not.
    public Chronicle withHeld(boolean other) {
        return new Chronicle(entries, back, other, renew, tags, updating, runs);
    }

    /// The same with other containers to be made anew.
    public Chronicle withRenew(Set<String> others) {
        return new Chronicle(entries, back, held, others, tags, updating, runs);
    }

    /// The same with other references to be resolved anew.
    public Chronicle withUpdating(Set<String> others) {
        return new Chronicle(entries, back, held, renew, tags, others, runs);
    }

    /// The same with other runs.
    public Chronicle withRuns(List<RunStatus> others) {
        return new Chronicle(entries, back, held, renew, tags, updating, others);
    }

    /// The same, knowing only what these references were resolved to, or what was in a revision that is remembered.
    public Chronicle withTagsOf(Set<String> references) {
        Set<String> had = new HashSet<>();
        entries.forEach(entry -> had.addAll(entry.images().values()));
        Map<String, String> rest = new HashMap<>(tags);
        rest.entrySet().removeIf(tag -> !references.contains(tag.getKey()) && !had.contains(tag.getValue()));
        return rest.equals(tags) ? this : new Chronicle(entries, back, held, renew, rest, updating, runs);
    }

    /// The same after a reference was resolved anew.
    public Chronicle resolved(String reference, String imageId) {
        Map<String, String> more = new HashMap<>(tags);
        more.put(reference, imageId);
        Set<String> rest = new HashSet<>(updating);
        rest.remove(reference);
        return new Chronicle(entries, back, held, renew, more, rest, runs);
    }

    /// Why a revision's coming was begun.
    public static final class Reasons {
        /// Its file says so.
        public static final String FILE = "file";
        /// A tag was resolved anew.
        public static final String UPDATE = "update";
        /// Somebody asked to go back.
        public static final String ROLLBACK = "rollback";
        /// Somebody asked for new containers.
        public static final String RESTART = "restart";
        /// Its containers were found running.
        public static final String ADOPTED = "adopted";

        private Reasons() {}
    }
}
