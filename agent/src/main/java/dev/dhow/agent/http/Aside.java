package dev.dhow.agent.http;

import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;

/// Runs what blocks beside the event loop, on a virtual thread of its own, a few at a time: a client that asks for
/// plans without end must not keep the engine busy.
final class Aside {
    private static final int AT_ONCE = 8;

    private final Semaphore free = new Semaphore(AT_ONCE);

    /// Blocks, then says what to answer.
    interface Work {
        Runnable call() throws InterruptedException;
    }

    /// Runs the work and gives its answer on the request's own context. A client that goes away ends the work.
    void run(RoutingContext request, Work work) {
        if (!free.tryAcquire()) {
            Answer.error(request, 503, "too many questions at once; ask again in a moment");
            return;
        }
        Context context = request.vertx().getOrCreateContext();
        Thread thread = Thread.ofVirtual().name("api-aside").unstarted(() -> {
            try {
                Runnable answer = work.call();
                context.runOnContext(_ -> answer.run());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                context.runOnContext(_ -> Answer.error(request, 503, "the question was given up"));
            } catch (RuntimeException | Error e) {
                context.runOnContext(_ -> request.fail(e));
            } finally {
                free.release();
            }
        });
        request.response().closeHandler(_ -> thread.interrupt());
        thread.start();
    }
}
