package dev.dhow.agent.testing;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.EventRequestManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// Holds a JVM where a method begins, as a debugger does: for moments between two steps that nothing outside shows.
public final class Halt {
    private final VirtualMachine machine;
    private final String where;

    private Halt(VirtualMachine machine, String where) {
        this.machine = machine;
        this.where = where;
    }

    /// The option by which a JVM listens for a debugger at that port.
    public static String option(int port) {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + port;
    }

    /// Holds the JVM at that port when next one of its threads calls that method.
    ///
    /// @param type has been used there before
    public static Halt at(int port, Class<?> type, String method) {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(c -> c.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(String.valueOf(port));
        try {
            VirtualMachine machine = connector.attach(arguments);
            EventRequestManager requests = machine.eventRequestManager();
            machine.classesByName(type.getName())
                    .getFirst()
                    .methodsByName(method)
                    .forEach(m -> requests.createBreakpointRequest(m.location()).enable());
            return new Halt(machine, type.getSimpleName() + "." + method);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Returns when a thread stands there, and all others where they are.
    public void await() {
        Await.until("a thread is at " + where, () -> {
            EventSet events = machine.eventQueue().remove(100);
            return events != null && events.stream().anyMatch(BreakpointEvent.class::isInstance);
        });
    }
}
