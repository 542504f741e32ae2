package dev.dhow.agent.cli;

import picocli.CommandLine.Command;

/// The commands that name a service and nothing else.
final class Verbs {
    private Verbs() {}

    /// `dhow retry`
    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Tries the file's content again: forgets that it failed, a rollback's hold, and every wait"
                    + " after a failure.",
            footer = {"", "Example:", "  dhow retry shop --wait"})
    static final class Retry extends RolloutCommand {
        Retry(Commands commands) {
            super(commands, "retry");
        }
    }

    /// `dhow update`
    @Command(
            name = "update",
            mixinStandardHelpOptions = true,
            description = "Looks the image's tag up anew; another digest is a new revision, with all its gates.",
            footer = {"", "Example:", "  dhow update shop --wait"})
    static final class Update extends RolloutCommand {
        Update(Commands commands) {
            super(commands, "update");
        }
    }

    /// `dhow restart`
    @Command(
            name = "restart",
            mixinStandardHelpOptions = true,
            description = "Makes every container of a service anew, as a rollout does.",
            footer = {"", "Example:", "  dhow restart shop --wait"})
    static final class Restart extends RolloutCommand {
        Restart(Commands commands) {
            super(commands, "restart");
        }
    }

    /// `dhow hold`
    @Command(
            name = "hold",
            mixinStandardHelpOptions = true,
            description = "Leaves a service as it is from now on, whatever happens to it.",
            footer = {"", "Example:", "  dhow hold shop"})
    static final class Hold extends RequestCommand {
        Hold(Commands commands) {
            super(commands, "hold");
        }
    }

    /// `dhow unhold`
    @Command(
            name = "unhold",
            mixinStandardHelpOptions = true,
            description = "Ends a hold: the agent looks after the service again.",
            footer = {"", "Example:", "  dhow unhold shop"})
    static final class Unhold extends RequestCommand {
        Unhold(Commands commands) {
            super(commands, "unhold");
        }
    }

    /// `dhow pause`
    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description =
                    "Lets the requests of a service wait, each for 30 s at most, until dhow resume. WebSockets that"
                            + " are open stay.",
            footer = {"", "Example:", "  dhow pause shop"})
    static final class Pause extends RequestCommand {
        Pause(Commands commands) {
            super(commands, "pause");
        }
    }

    /// `dhow resume`
    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Ends a pause: the requests that wait go on, in the order in which they came.",
            footer = {"", "Example:", "  dhow resume shop"})
    static final class Resume extends RequestCommand {
        Resume(Commands commands) {
            super(commands, "resume");
        }
    }
}
