package dev.dhow.agent.source;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.ValueLayout.OfInt;
import java.lang.foreign.ValueLayout.OfLong;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The system calls behind [Inotify] (inotify(7), eventfd(2), poll(2)), each a method that returns what the call
/// does. Used by one thread, except [#write].
@SuppressWarnings("restricted")
final class InotifyCalls {
    static final int EINTR = 4;

    private static final OfInt INT = ValueLayout.JAVA_INT;
    private static final OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final Linker linker = Linker.nativeLinker();
    private final MemorySegment state;
    private final MethodHandle init = handle("inotify_init1", FunctionDescriptor.of(INT, INT));
    private final MethodHandle addWatch = handle("inotify_add_watch", FunctionDescriptor.of(INT, INT, POINTER, INT));
    private final MethodHandle removeWatch = handle("inotify_rm_watch", FunctionDescriptor.of(INT, INT, INT));
    private final MethodHandle eventfd = handle("eventfd", FunctionDescriptor.of(INT, INT, INT));
    private final MethodHandle poll = handle("poll", FunctionDescriptor.of(INT, POINTER, LONG, INT));
    private final MethodHandle read = handle("read", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
    private final MethodHandle write = handle("write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
    private final MethodHandle close = handle("close", FunctionDescriptor.of(INT, INT));

    InotifyCalls(Arena arena) {
        this.state = arena.allocate(Linker.Option.captureStateLayout());
    }

    int inotifyInit(int flags) {
        return call(() -> (int) init.invokeExact(state, flags));
    }

    int addWatch(int fd, MemorySegment path, int mask) {
        return call(() -> (int) addWatch.invokeExact(state, fd, path, mask));
    }

    int removeWatch(int fd, int watch) {
        return call(() -> (int) removeWatch.invokeExact(state, fd, watch));
    }

    int eventfd(int flags) {
        return call(() -> (int) eventfd.invokeExact(state, 0, flags));
    }

    int poll(MemorySegment fds, int count, int milliseconds) {
        return call(() -> (int) poll.invokeExact(state, fds, (long) count, milliseconds));
    }

    long read(int fd, MemorySegment buffer) {
        return call(() -> (long) read.invokeExact(state, fd, buffer, buffer.byteSize()));
    }

    /// May be called by any thread: it has a place of its own for `errno`, which nobody reads.
    void write(int fd, long value) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment ignored = own.allocate(Linker.Option.captureStateLayout());
            MemorySegment bytes = own.allocateFrom(LONG, value);
            call(() -> (long) write.invokeExact(ignored, fd, bytes, LONG.byteSize()));
        }
    }

    int close(int fd) {
        return call(() -> (int) close.invokeExact(state, fd));
    }

    /// Why the last call failed.
    int errno() {
        return (int) ERRNO_VALUE.get(state, 0L);
    }

    private MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, ERRNO);
    }

    private interface Call<T> {
        T run() throws Throwable;
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("system calls throw nothing checked", e);
        }
    }
}
