package dev.dhow.agent.source;

import dev.dhow.agent.state.Desired;
import dev.dhow.api.status.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the log what changed from one snapshot to the next.
final class Transitions {
    private static final Logger log = LoggerFactory.getLogger(Transitions.class);

    private Transitions() {}

    static void tell(SourceSnapshot before, SourceSnapshot now) {
        if (!Objects.equals(before.directoryProblem(), now.directoryProblem())) {
            if (now.directoryProblem() == null) {
                log.atInfo().log("the services directory is read again");
            } else {
                log.atWarn()
                        .addKeyValue("error", now.directoryProblem())
                        .log("the services directory has a problem; everything is kept as it is");
            }
        }
        if (!before.held().equals(now.held()) && now.directoryProblem() == null) {
            tellHeld(now.held());
        }
        for (Map.Entry<String, Desired> service : now.services().entrySet()) {
            Desired then = before.services().get(service.getKey());
            if (!service.getValue().equals(then)) {
                tell(then, service.getValue(), now.directoryProblem() != null);
            }
        }
    }

    private static void tellHeld(Set<String> held) {
        if (held.isEmpty()) {
            log.atInfo().log("no removal is held back any more");
        } else {
            log.atWarn()
                    .addKeyValue("service", String.join(" ", held))
                    .addKeyValue("cause", "the files of more than half of the services are missing at once")
                    .log("nothing is removed until the files are back, or dhow confirm-removal");
        }
    }

    private static void tell(@Nullable Desired before, Desired now, boolean directoryTold) {
        switch (now) {
            case Desired.Wanted wanted -> {
                log.atInfo().addKeyValue("service", wanted.service()).log("service file accepted");
                wanted.warnings()
                        .forEach(warning -> log.atWarn()
                                .addKeyValue("service", wanted.service())
                                .addKeyValue("error", warning.summary())
                                .log("service file has a warning"));
            }
            case Desired.Invalid invalid ->
                log.atWarn()
                        .addKeyValue("service", invalid.service())
                        .addKeyValue("error", text(invalid.problems()))
                        .log("service file cannot be used; what runs is kept");
            case Desired.Missing missing -> {
                if (!directoryTold && !(before instanceof Desired.Missing)) {
                    log.atInfo()
                            .addKeyValue("service", missing.service())
                            .addKeyValue("cause", missing.why())
                            .log("service file missing");
                }
            }
            case Desired.Removed removed ->
                log.atInfo().addKeyValue("service", removed.service()).log("service file removed");
        }
    }

    private static String text(List<Problem> problems) {
        return problems.stream().map(Problem::summary).collect(Collectors.joining("\n"));
    }
}
