package dev.dhow.agent.docker;

import dev.dhow.agent.state.DiskSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// statvfs(3): the JDK tells the bytes of a file system, not its inodes.
///
/// The structure is that of 64-bit Linux: eight byte fields, in order block size, fragment size, blocks, free blocks,
/// available blocks, inodes, free inodes, available inodes.
@SuppressWarnings("restricted")
final class StatVfs {
    private static final int MORE_THAN_ITS_SIZE = 256;
    private static final MethodHandle CALL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("statvfs"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

    private StatVfs() {}

    /// The file system that holds a path; empty: the path is not there, or not for this user.
    static Optional<DiskSpace> of(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment said = arena.allocate(MORE_THAN_ITS_SIZE, Long.BYTES);
            if ((int) CALL.invokeExact(arena.allocateFrom(path.toString()), said) != 0) {
                return Optional.empty();
            }
            long fragment = field(said, 1);
            long used = field(said, 2) - field(said, 3);
            long available = field(said, 4);
            return Optional.of(
                    new DiskSpace((used + available) * fragment, available * fragment, field(said, 5), field(said, 7)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("statvfs throws nothing", e);
        }
    }

    private static long field(MemorySegment structure, int index) {
        return structure.get(ValueLayout.JAVA_LONG, (long) index * Long.BYTES);
    }
}
