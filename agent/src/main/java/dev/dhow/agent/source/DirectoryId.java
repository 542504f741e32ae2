package dev.dhow.agent.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which directory it is, whatever its path: device and inode.
///
/// Filesystems give a freed inode to the next directory at once (`rm -r d; mkdir d`), so the time of birth counts
/// too where it is known. Where a filesystem keeps none, the JDK shows the time of the last change instead; a birth
/// is therefore believed only once it differed from that.
///
/// @param born null: not known
/// @param shownBirth the time of birth as shown, which may be the last change's
record DirectoryId(long device, long inode, @Nullable Instant born, Instant shownBirth) {
    /// The directory at the path, links followed.
    static DirectoryId of(Path directory) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:dev,ino,creationTime,lastModifiedTime,isDirectory");
        if (!(found.get("isDirectory") instanceof Boolean is && is)) {
            throw new IOException("it is not a directory");
        }
        Instant birth = time(found, "creationTime");
        return new DirectoryId(
                number(found, "dev"),
                number(found, "ino"),
                birth.equals(time(found, "lastModifiedTime")) ? null : birth,
                birth);
    }

    /// Whether a later reading found this same directory.
    boolean is(DirectoryId later) {
        return device == later.device && inode == later.inode && (born == null || born.equals(later.shownBirth));
    }

    /// This directory, with what a later reading of it adds.
    DirectoryId refined(DirectoryId later) {
        return born == null ? later : this;
    }

    /// For the state directory.
    String text() {
        return "%d:%d:%s".formatted(device, inode, born == null ? "-" : born);
    }

    /// What [#text] wrote; empty where it is something else.
    static Optional<DirectoryId> parse(String text) {
        try {
            String[] parts = text.split(":", 3);
            Instant born = parts[2].equals("-") ? null : Instant.parse(parts[2]);
            return Optional.of(new DirectoryId(
                    Long.parseLong(parts[0]), Long.parseLong(parts[1]), born, born == null ? Instant.EPOCH : born));
        } catch (RuntimeException _) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, Object> found, String name) {
        return found.get(name) instanceof Number n ? n.longValue() : 0;
    }

    private static Instant time(Map<String, Object> found, String name) {
        return found.get(name) instanceof FileTime t ? t.toInstant() : Instant.EPOCH;
    }
}
