package dev.dhow.agent.proxy;

import dev.dhow.agent.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one line of JSON for each request, on a thread of its own. An event loop only leaves a request in a bounded
/// queue; where whoever reads is slower than requests come, lines are dropped and counted.
public final class AccessLog implements ProxyListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final int WAITING = 8192;
    private static final int AT_ONCE = 512;
    private static final int LAST_SECONDS = 2;

    private final BlockingQueue<Visited> waiting;
    private final OutputStream out;
    private final Runnable dropped;
    private final Thread writer;
    private volatile boolean closed;

    /// @param dropped called for each line that nobody will read
    public AccessLog(OutputStream out, Runnable dropped) {
        this(out, dropped, WAITING);
    }

    /// @param most lines that wait
    AccessLog(OutputStream out, Runnable dropped, int most) {
        this.out = out;
        this.dropped = dropped;
        waiting = new ArrayBlockingQueue<>(most);
        // A pipe that nobody empties holds the thread, which may then be no virtual one.
        writer = Thread.ofPlatform().daemon().name("access-log").start(this::write);
    }

    @Override
    public boolean wantsVisits() {
        return true;
    }

    @Override
    public void visited(Visited visit) {
        if (!waiting.offer(visit)) {
            dropped.run();
        }
    }

    private void write() {
        List<Visited> some = new ArrayList<>(AT_ONCE);
        StringBuilder text = new StringBuilder();
        try {
            while (!closed || !waiting.isEmpty()) {
                Visited first = waiting.poll(1, TimeUnit.SECONDS);
                if (first == null) {
                    continue;
                }
                some.add(first);
                waiting.drainTo(some, AT_ONCE - 1);
                some.forEach(
                        visit -> text.append(Json.write(AccessLine.of(visit))).append('\n'));
                put(text.toString().getBytes(StandardCharsets.UTF_8), some.size());
                text.setLength(0);
                some.clear();
            }
        } catch (InterruptedException _) {
            // Its time is over.
        }
    }

    private void put(byte[] lines, int count) {
        try {
            out.write(lines);
            out.flush();
        } catch (IOException e) {
            for (int i = 0; i < count; i++) {
                dropped.run();
            }
            log.atDebug().addKeyValue("error", e.getMessage()).log("access log not written");
        }
    }

    /// Writes what waits, as far as it is read within moments.
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(LAST_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.interrupt();
    }
}
