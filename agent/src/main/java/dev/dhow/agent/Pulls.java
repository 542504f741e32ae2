package dev.dhow.agent;

import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.images.ImageJanitor;
import dev.dhow.agent.runtime.PullListener;
import dev.dhow.agent.state.Ticker;
import org.jspecify.annotations.Nullable;

/// Notes which images are pulled, and has room made when a pull found none.
final class Pulls implements PullListener {
    private final PulledImages images;
    private final Ticker ticker;
    private volatile @Nullable ImageJanitor janitor;

    Pulls(PulledImages images, Ticker ticker) {
        this.images = images;
        this.ticker = ticker;
    }

    /// From now on there is somebody who makes room.
    void clearedBy(ImageJanitor cleaner) {
        janitor = cleaner;
    }

    @Override
    public void pulled(String reference, String id, boolean before) {
        images.pulled(reference, id, before, ticker.wall());
    }

    @Override
    public void spaceWanted() {
        ImageJanitor cleaner = janitor;
        if (cleaner != null) {
            cleaner.wake();
        }
    }
}
