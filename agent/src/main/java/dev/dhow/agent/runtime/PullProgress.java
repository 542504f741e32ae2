package dev.dhow.agent.runtime;

/// How far a pull has come. An image is fetched in layers, and the size of each is known only once its download
/// begins: both numbers of bytes grow.
///
/// @param doneBytes fetched so far; layers that were here already count nothing
/// @param totalBytes of the layers whose size is known
/// @param doneLayers unpacked, or here already
/// @param layers known so far
/// @param doing what goes on, for people, such as `waiting for a place`, `downloading`, `unpacking`
public record PullProgress(long doneBytes, long totalBytes, int doneLayers, int layers, String doing) {
    /// It has not begun: too many others are under way.
    public static final PullProgress WAITING = new PullProgress(0, 0, 0, 0, "waiting for a place");

    /// Nothing was heard of the registry yet.
    public static final PullProgress ASKING = new PullProgress(0, 0, 0, 0, "asking the registry");
}
