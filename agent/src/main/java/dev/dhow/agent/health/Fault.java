package dev.dhow.agent.health;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;

/// Why a probe got no answer.
enum Fault {
    /// The port is closed.
    REFUSED("connection refused"),
    /// No way to the address.
    UNREACHABLE("no route to the container"),
    /// The address did not answer the dialling.
    CONNECT_TIMEOUT("no connection in time"),
    /// Connected, and no whole answer in time.
    TIMEOUT("no whole answer in time"),
    /// The other side hung up.
    CLOSED("connection closed without an answer"),
    /// The answer is none that HTTP knows.
    NOT_HTTP("the answer is not HTTP"),
    /// There is nothing to dial.
    NO_ADDRESS("the container has no address"),
    /// The request cannot be written.
    BAD_REQUEST("the request cannot be sent"),
    /// A lack or a shutdown on our side, which says nothing about the container.
    OURS("not sent"),
    /// Something else, told by the cause.
    OTHER("failed");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    /// For people.
    String words() {
        return words;
    }

    /// Whether it is a timeout.
    boolean timeout() {
        return this == CONNECT_TIMEOUT || this == TIMEOUT;
    }

    /// Sorts what the network reports. By class where there is one, else by the kernel's text, because native
    /// transports pass errno on as text only.
    static Fault of(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return switch (cause) {
            case ConnectTimeoutException _ -> CONNECT_TIMEOUT;
            case BindException _ -> OURS;
            case RejectedExecutionException _ -> OURS;
            case NoRouteToHostException _ -> UNREACHABLE;
            case DecoderException _ -> NOT_HTTP;
            case Throwable _ when ours(text) -> OURS;
            case Throwable _ when text.contains("unreachable") || text.contains("no route to host") -> UNREACHABLE;
            case Throwable _ when text.contains("refused") -> REFUSED;
            case Throwable _ when text.contains("connection timed out") -> CONNECT_TIMEOUT;
            case ConnectException _ -> OTHER;
            case Throwable _
            when text.contains("closed") || text.contains("reset") || text.contains("broken pipe") -> CLOSED;
            case IOException _ -> OTHER;
            case IllegalArgumentException _ -> NOT_HTTP;
            default -> OTHER;
        };
    }

    private static boolean ours(String text) {
        return text.contains("too many open files")
                || text.contains("cannot assign requested address")
                || text.contains("no buffer space")
                || text.contains("client is closed");
    }
}
