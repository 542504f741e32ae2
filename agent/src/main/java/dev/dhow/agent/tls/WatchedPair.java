package dev.dhow.agent.tls;

import dev.dhow.api.status.CertificateStatus.Source;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The files of one pair over time: what they hold counts once two readings agree, and what is bad leaves the last
/// good one in force. Not thread-safe.
final class WatchedPair {
    /// The least time between two readings that agree, so that a file that is being written is not believed.
    static final Duration SETTLE = Duration.ofMillis(250);

    private final Source source;
    private @Nullable Object settled;
    private @Nullable String seen;
    private Duration seenAt = Duration.ZERO;
    private @Nullable Pair pair;
    private @Nullable String problem;
    private boolean meant;

    WatchedPair(Source source) {
        this.source = source;
    }

    /// Looks at the files, which costs a few system calls where nothing changed.
    ///
    /// @param atOnce believe the first reading: at the agent's start old files are better than none
    /// @return whether no further look is due soon
    boolean look(PairFiles files, Duration now, boolean atOnce) {
        Object stamps = files.stamps();
        if (stamps.equals(settled)) {
            return true;
        }
        PairText text = PairText.read(files);
        if (!text.fingerprint().equals(seen)) {
            seen = text.fingerprint();
            seenAt = now;
            if (!atOnce) {
                return false;
            }
        } else if (now.minus(seenAt).compareTo(SETTLE) < 0) {
            return false;
        }
        // Taken before the reading, so that what is written meanwhile shows at the next look.
        // What cannot be read is tried each time: a change of its mode shows in no stamp.
        settled = text instanceof PairText.Unreadable ? null : stamps;
        judge(text);
        return true;
    }

    private void judge(PairText text) {
        switch (text) {
            case PairText.Unreadable unreadable -> bad(unreadable.problem());
            case PairText.Bytes bytes -> {
                switch (PairReader.read(bytes)) {
                    case PairReader.Result.Good good -> {
                        pair = good.pair();
                        problem = null;
                        meant = true;
                    }
                    case PairReader.Result.Bad bad -> bad(bad.problem());
                    case PairReader.Result.NoPair _ -> {
                        pair = null;
                        problem = null;
                        meant = false;
                    }
                }
            }
        }
    }

    private void bad(String why) {
        problem = pair == null ? why : why + "; the one before stays in force";
        meant = true;
    }

    /// What it gives; null: it is no pair, or not settled for the first time.
    @Nullable
    Held held(PairFiles files) {
        return meant ? new Held(source, files.certificate().toString(), pair, problem) : null;
    }
}
