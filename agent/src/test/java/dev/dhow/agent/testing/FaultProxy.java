package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A Unix socket between a client and an Engine that breaks what a test wants broken, and writes down what was asked.
///
/// It knows just enough HTTP to see the first line of a request, which clients write at once.
public final class FaultProxy implements AutoCloseable {
    private final Path upstream;
    private final Path directory;
    private final ServerSocketChannel server;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;
    private volatile boolean hanging;
    private volatile Duration delay = Duration.ZERO;
    private volatile @Nullable String loseAnswerTo;
    private volatile @Nullable String halveAnswerTo;
    private final Set<String> holding = ConcurrentHashMap.newKeySet();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger changesLeft = new AtomicInteger();

    /// A proxy in front of that socket, at a socket of its own.
    public FaultProxy(Path upstream) {
        this.upstream = upstream;
        try {
            directory = Files.createTempDirectory("dhow-proxy");
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("fault-proxy").start(this::accept);
    }

    /// What a client writes to reach the Engine through it.
    public String uri() {
        return "unix://" + socket();
    }

    private Path socket() {
        return directory.resolve("proxy.sock");
    }

    /// The first lines of all requests so far, without the HTTP version.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// Forgets the requests so far.
    public void forgetRequests() {
        requests.clear();
    }

    /// Accepts connections and closes them at once.
    public void refuse(boolean on) {
        refusing = on;
    }

    /// Accepts connections and requests, and never answers.
    public void hang(boolean on) {
        hanging = on;
    }

    /// Hangs from the moment when the Engine has done that many changes more; the answer to the last is held back too.
    public void hangAfterChanges(int count) {
        changesLeft.set(count);
    }

    /// Whether it hangs.
    public boolean hangs() {
        return hanging;
    }

    /// Those of the requests so far that change something.
    public List<String> changes() {
        return requests.stream().filter(FaultProxy::changes).toList();
    }

    private static boolean changes(String request) {
        return !request.startsWith("GET ") && !request.startsWith("HEAD ");
    }

    /// Holds each piece of an answer back for that long.
    public void delay(Duration each) {
        delay = each;
    }

    /// Lets the next request whose line contains that text reach the Engine, and breaks the connection when
    /// the answer
    /// comes.
    public void loseAnswerTo(String text) {
        loseAnswerTo = text;
    }

    /// As [#loseAnswerTo], but half of the answer comes: of its body, or of its head where it has no body.
    public void answerHalf(String text) {
        halveAnswerTo = text;
    }

    /// Lets the Engine do the next request whose line contains such a text, of each one, and holds the end of its
    /// answer
    /// back for good; everything else goes on.
    public void holdAnswersTo(Set<String> texts) {
        held.clear();
        holding.addAll(texts);
    }

    /// Of those texts the ones whose answer is held back.
    public Set<String> held() {
        return Set.copyOf(held);
    }

    /// How many answers were lost or halved.
    public int broken() {
        return broken.get();
    }

    /// Breaks all connections that are open now.
    public void cutAll() {
        links.forEach(Link::close);
    }

    /// Breaks the event streams that are open now; returns how many.
    public int cutEvents() {
        List<Link> streams = eventLinks();
        streams.forEach(Link::close);
        return streams.size();
    }

    /// How many event streams are open now.
    public int openEvents() {
        return eventLinks().size();
    }

    private List<Link> eventLinks() {
        return links.stream().filter(link -> link.last.contains("/events")).toList();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Link link = new Link(client);
                links.add(link);
                Thread.ofVirtual().start(link::carryRequests);
            } catch (IOException e) {
                // Closed, or a client that went again.
            }
        }
    }

    /// One client's connection and its twin to the Engine.
    private final class Link {
        private final SocketChannel client;
        private @Nullable SocketChannel engine;
        private volatile String last = "";
        private volatile boolean losing;
        private volatile boolean halving;
        private boolean inPieces;

        Link(SocketChannel client) {
            this.client = client;
        }

        void carryRequests() {
            try (SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(upstream))) {
                engine = to;
                Thread.ofVirtual().start(() -> carryAnswers(to));
                ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
                while (client.read(buffer) >= 0) {
                    buffer.flip();
                    note(buffer);
                    if (!hanging) {
                        writeAll(to, buffer);
                    }
                    buffer.clear();
                }
            } catch (IOException e) {
                // Either side went.
            } finally {
                close();
            }
        }

        private void note(ByteBuffer buffer) {
            String start = StandardCharsets.ISO_8859_1
                    .decode(buffer.duplicate().limit(Math.min(buffer.limit(), 2048)))
                    .toString();
            int end = start.indexOf(" HTTP/1.1\r\n");
            if (end < 0 || !start.matches("(?s)(GET|POST|DELETE|PUT|HEAD) /.*")) {
                return;
            }
            last = start.substring(0, end);
            requests.add(last);
            String lose = loseAnswerTo;
            if (lose != null && last.contains(lose)) {
                loseAnswerTo = null;
                losing = true;
            }
            String halve = halveAnswerTo;
            if (halve != null && last.contains(halve)) {
                halveAnswerTo = null;
                halving = true;
            }
        }

        private void carryAnswers(SocketChannel from) {
            try {
                ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
                while (from.read(buffer) >= 0) {
                    buffer.flip();
                    if (!delay.isZero()) {
                        Thread.sleep(delay);
                    }
                    if (losing || halving) {
                        broken.incrementAndGet();
                        if (halving) {
                            writeAll(client, half(buffer));
                        }
                        break;
                    }
                    if (changes(last) && changesLeft.get() > 0 && changesLeft.decrementAndGet() == 0) {
                        hanging = true;
                    }
                    if (!hanging && !isHeld(buffer)) {
                        writeAll(client, buffer);
                    }
                    buffer.clear();
                }
            } catch (IOException e) {
                // Either side went.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        private boolean isHeld(ByteBuffer answer) {
            String text = StandardCharsets.ISO_8859_1.decode(answer.duplicate()).toString();
            if (text.startsWith("HTTP/1.1 ")) {
                inPieces = text.contains("Transfer-Encoding: chunked");
            }
            // Of those that do not come in pieces, each comes as one.
            boolean end = !inPieces || text.endsWith("0\r\n\r\n");
            for (String hold : holding) {
                if (end && last.contains(hold) && holding.remove(hold)) {
                    return held.add(hold);
                }
            }
            return false;
        }

        private static ByteBuffer half(ByteBuffer answer) {
            int head = StandardCharsets.ISO_8859_1
                            .decode(answer.duplicate())
                            .toString()
                            .indexOf("\r\n\r\n")
                    + 4;
            int body = answer.limit() - head;
            return answer.limit(body > 0 ? head + body / 2 : answer.limit() / 2);
        }

        private static void writeAll(SocketChannel to, ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
        }

        void close() {
            links.remove(this);
            List<SocketChannel> both = new ArrayList<>();
            both.add(client);
            SocketChannel other = engine;
            if (other != null) {
                both.add(other);
            }
            both.forEach(channel -> {
                try {
                    channel.close();
                } catch (IOException e) {
                    // It is gone either way.
                }
            });
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            cutAll();
            Files.deleteIfExists(socket());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
