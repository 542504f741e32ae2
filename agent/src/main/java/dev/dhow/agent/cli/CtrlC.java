package dev.dhow.agent.cli;

/// Says at Ctrl-C that only the looking on ends. The process ends by itself, with the signal's exit code.
final class CtrlC implements AutoCloseable {
    private final Thread hook;

    private CtrlC(Thread hook) {
        this.hook = hook;
    }

    static CtrlC says(Session session, String service) {
        Thread hook = new Thread(() -> tell(session, service), "ctrl-c");
        Runtime.getRuntime().addShutdownHook(hook);
        return new CtrlC(hook);
    }

    static void tell(Session session, String service) {
        session.note("\nwhat was begun goes on; \"dhow wait %s\" follows it".formatted(service));
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends already, so the hook has its say.
        }
    }
}
