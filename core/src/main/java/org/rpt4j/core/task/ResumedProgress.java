package org.rpt4j.core.task;

import java.time.Duration;
import java.util.function.Consumer;
import org.rpt4j.core.phase.Progress;

/**
 * The progress of a scoring that was resumed, without what the record answers: that takes no time, and would make the
 * rest look as fast.
 */
final class ResumedProgress implements Consumer<Progress> {

    private final RecordedScorer scorer;
    private final Consumer<Progress> display;
    private long replayed;
    private long skipped;
    private Duration begin = Duration.ZERO;

    ResumedProgress(RecordedScorer scorer, Consumer<Progress> display) {
        this.scorer = scorer;
        this.display = display;
    }

    @Override
    public void accept(Progress progress) {
        if (scorer.replayedTokens() > replayed) {
            replayed = scorer.replayedTokens();
            skipped = progress.done();
            begin = progress.elapsed();
        }
        display.accept(new Progress(
                progress.done() - skipped,
                progress.total() - skipped,
                progress.elapsed().minus(begin)));
    }
}
