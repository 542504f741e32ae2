package dev.dhow.agent.state;

import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the source says of one service. Only [Removed] ever takes anything away.
public sealed interface Desired {
    /// The service's name.
    String service();

    /// Its file is valid and settled.
    ///
    /// @param warnings problems that are no errors
    record Wanted(Declared declared, List<Problem> warnings) implements Desired {
        /// Copies the list.
        public Wanted {
            warnings = List.copyOf(warnings);
        }

        @Override
        public String service() {
            return declared.spec().name();
        }
    }

    /// Its file is there and cannot be used, or is refused for another service's sake.
    ///
    /// @param lastGood what the last usable file said; null: none is known, so its containers stay as they are
    /// @param readable false: it could not be read, so nobody knows whether it is valid
    /// @param problems at least one
    record Invalid(String service, @Nullable Declared lastGood, boolean readable, List<Problem> problems)
            implements Desired {
        /// Copies the list.
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /// Its file is not there, and that does not count (yet).
    ///
    /// @param lastGood what the last usable file said; null: none is known
    /// @param why for people
    record Missing(String service, @Nullable Declared lastGood, String why) implements Desired {}

    /// Its file is gone for good: its containers go.
    record Removed(String service) implements Desired {}

    /// The spec that is in force: the file's, else the last good one.
    default Optional<ServiceSpec> inForce() {
        return usable().map(Declared::spec);
    }

    /// What is in force: what the file says, else what the last usable one said.
    default Optional<Declared> usable() {
        return switch (this) {
            case Wanted wanted -> Optional.of(wanted.declared());
            case Invalid invalid -> Optional.ofNullable(invalid.lastGood());
            case Missing missing -> Optional.ofNullable(missing.lastGood());
            case Removed _ -> Optional.empty();
        };
    }
}
