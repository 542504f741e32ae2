package dev.dhow.agent.registry;

import java.util.List;

/// Where logins come from.
@FunctionalInterface
public interface Credentials {
    /// Knows of none.
    Credentials NONE = _ -> new Answer.None();

    /// Looks for the login of a registry, now. It may read files and run a helper.
    ///
    /// @param registry as [dev.dhow.agent.state.ImageName] names it
    Answer find(String registry) throws InterruptedException;

    /// What was found.
    sealed interface Answer {
        /// A login.
        ///
        /// @param from where it stands, for people
        record Found(Login login, String from) implements Answer {}

        /// Nothing is said about this registry.
        record None() implements Answer {}

        /// Something is said, and cannot be used.
        ///
        /// @param message what and where, with the next step
        record Broken(String message) implements Answer {}
    }

    /// The first of several that says something.
    static Credentials firstOf(List<Credentials> sources) {
        List<Credentials> all = List.copyOf(sources);
        return registry -> {
            for (Credentials source : all) {
                Answer answer = source.find(registry);
                if (!(answer instanceof Answer.None)) {
                    return answer;
                }
            }
            return new Answer.None();
        };
    }
}
