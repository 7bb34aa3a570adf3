package org.rpt4j.core.train;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes updates, and reduces the pass size once per run: if a pass runs out of memory, the same update is repeated from
 * cleared gradients with passes of half the tokens, and all later updates use that size. The totals of a step are fixed
 * before the split, so the result is the same up to rounding. A resumed run keeps the smaller passes, and may halve
 * them once more.
 */
final class UpdateAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateAttempts.class);
    private static final String WHAT_TO_DO = " The weights are those before the update. Give the process more memory,"
            + " turn on activation recomputation, or lower the tokens per micro-batch or per completion, and resume from"
            + " the checkpoint.";

    /**
     * An applied update.
     *
     * @param losses the passes of the update
     * @param applied the result of the update
     */
    record Made(List<? extends MicroBatchLoss> losses, GradientStep.Applied applied) {}

    private final GradientStep gradientStep;
    private final Consumer<TrainingEvent> events;
    private boolean reduced;
    private int passTokens;

    /** @param passTokens maximum number of tokens of a pass from an earlier part of the run; 0 for no reduction */
    UpdateAttempts(GradientStep gradientStep, Consumer<TrainingEvent> events, int passTokens) {
        this.gradientStep = gradientStep;
        this.events = events;
        this.passTokens = passTokens;
    }

    /** Maximum number of tokens of a pass if it was reduced, else 0. */
    int reducedTokens() {
        return passTokens;
    }

    /** The tokens of a pass, at most those requested. */
    int tokens(int asked) {
        return passTokens == 0 ? asked : Math.min(asked, passTokens);
    }

    /**
     * Makes an update.
     *
     * @param split splits a pass into passes of at most the given number of tokens
     * @throws org.rpt4j.api.error.BackendMemoryException if memory runs out a second time, or a pass cannot be made
     *     smaller; the weights are those before the update
     * @throws org.rpt4j.api.error.BackendFailureException if the backend fails otherwise
     */
    Made run(List<? extends MicroBatchLoss> losses, long step) throws StepSkippedException {
        try {
            return new Made(losses, gradientStep.run(losses));
        } catch (PassFailedException e) {
            if (!e.isShortOfMemory()) {
                events.accept(new TrainingEvent.BatchFailed(step, e.batch()));
                throw e.batch().failure(step, e.operation(), e.error());
            }
            return run(reduced(losses, step, e), step);
        }
    }

    private List<MicroBatchLoss> reduced(List<? extends MicroBatchLoss> losses, long step, PassFailedException e) {
        int largest = largest(losses);
        if (reduced) {
            throw shortage(step, e, "The pass size was already reduced, to " + passTokens + " tokens.");
        }
        int half = Math.max(1, largest / 2);
        List<MicroBatchLoss> smaller = losses.stream()
                .<MicroBatchLoss>flatMap(loss -> loss.split(half).stream())
                .toList();
        if (largest(smaller) == largest) {
            throw shortage(step, e, "The pass has one prompt with one completion and cannot be made smaller.");
        }
        reduced = true;
        passTokens = half;
        LOG.warn(
                "Step {}: {} ran out of memory with a pass of {} tokens ({}). This update is repeated, and all later "
                        + "ones run, with passes of at most {} tokens. If memory runs out again, the run ends.",
                step,
                e.operation(),
                largest,
                String.valueOf(e.error().getMessage()),
                half);
        events.accept(new TrainingEvent.MicroBatchReduced(step, largest, half));
        return smaller;
    }

    private RuntimeException shortage(long step, PassFailedException e, String why) {
        events.accept(new TrainingEvent.BatchFailed(step, e.batch()));
        return e.batch().shortage(step, e.operation(), e.error(), why + WHAT_TO_DO);
    }

    private static int largest(List<? extends MicroBatchLoss> losses) {
        return losses.stream()
                .mapToInt(loss -> loss.tokens().tokenCount())
                .max()
                .orElse(0);
    }
}
