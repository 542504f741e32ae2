package dev.dhow.agent.source;

import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Ticker;
import java.nio.file.Path;

/// A program that reads a directory as the agent does and prints what its services are, for tests that take something
/// from its process. It ends when it is ended.
final class SourceTold {
    private SourceTold() {}

    /// @param args the directory of services and one for the state
    public static void main(String[] args) throws Exception {
        try (StateDir state = StateDir.open(Path.of(args[1]))) {
            DirectorySource source = DirectorySource.open(
                    Path.of(args[0]), Fakes::manifest, Fakes::conflicts, Fakes.NO_CONTAINERS, new LastGood(state));
            SourceLoop.start(source, Ticker.system(), SourceTold::tell);
            Thread.currentThread().join();
        }
    }

    private static void tell(SourceSnapshot snapshot) {
        snapshot.services().forEach((service, desired) -> {
            if (desired instanceof Desired.Wanted wanted) {
                System.out.println(service + " is "
                        + wanted.declared().spec().roles().getFirst().image());
            }
        });
    }
}
