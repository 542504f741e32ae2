package dev.dhow.agent.state;

/// How full a file system is.
///
/// @param total bytes that can be had at all: used and free, without what is reserved for root
/// @param free bytes that can be had
/// @param inodes how many there are; 0: the file system does not count them
/// @param freeInodes how many can be had
public record DiskSpace(long total, long free, long inodes, long freeInodes) {
    /// How full it is, in per cent, by what is scarcer.
    public int usedPercent() {
        return Math.max(used(total, free), used(inodes, freeInodes));
    }

    /// How much of the inodes is free, in per cent; 100 where they are not counted.
    public int freeInodesPercent() {
        return inodes <= 0 ? 100 : (int) (100 * freeInodes / inodes);
    }

    /// Rounded up, as `df` does.
    private static int used(long all, long left) {
        return all <= 0 ? 0 : (int) Math.ceilDiv(100 * (all - left), all);
    }
}
