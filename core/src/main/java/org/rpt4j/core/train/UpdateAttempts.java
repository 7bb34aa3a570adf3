package org.rpt4j.core.train;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes updates, and once in a run with smaller passes than were asked for: if the memory does not suffice, the same
 * update is made again from cleared gradients with passes of half the tokens, and all later ones are cut like that. The
 * totals of a step are fixed before it is cut, so the result is the same but for rounding. A run that goes on keeps the
 * smaller passes, and may halve them once more.
 */
final class UpdateAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateAttempts.class);
    private static final String WHAT_TO_DO = " The weights are those before the update. Give the process more memory,"
            + " turn on the recomputation of activations, or lower the tokens of a micro-batch or of a completion, and"
            + " go on from the checkpoint.";

    /**
     * An update that was made.
     *
     * @param losses the passes with which it was made
     * @param applied what it did
     */
    record Made<L>(List<L> losses, GradientStep.Applied applied) {}

    private final GradientStep gradientStep;
    private final Consumer<TrainingEvent> events;
    private boolean reduced;
    private int passTokens;

    /**
     * @param passTokens most tokens of a pass, as an earlier part of the run left it; 0 for as many as are asked for
     */
    UpdateAttempts(GradientStep gradientStep, Consumer<TrainingEvent> events, int passTokens) {
        this.gradientStep = gradientStep;
        this.events = events;
        this.passTokens = passTokens;
    }

    /** Most tokens of a pass if they were reduced, else 0. */
    int reducedTokens() {
        return passTokens;
    }

    /** The tokens of a pass, of those that were asked for. */
    int tokens(int asked) {
        return passTokens == 0 ? asked : Math.min(asked, passTokens);
    }

    /**
     * Makes an update.
     *
     * @param split cuts a pass into passes of at most so many tokens
     * @throws org.rpt4j.api.error.BackendMemoryException if the memory does not suffice for the second time, or a pass
     *     cannot be smaller; the weights are those before the update
     * @throws org.rpt4j.api.error.BackendFailureException if the backend fails otherwise
     */
    <L extends MicroBatchLoss> Made<L> run(List<L> losses, BiFunction<L, Integer, List<L>> split, long step)
            throws StepSkippedException {
        try {
            return new Made<>(losses, gradientStep.run(losses));
        } catch (PassFailedException e) {
            if (!e.isShortOfMemory()) {
                events.accept(new TrainingEvent.BatchFailed(step, e.batch()));
                throw e.batch().failure(step, e.operation(), e.error());
            }
            return run(reduced(losses, split, step, e), split, step);
        }
    }

    private <L extends MicroBatchLoss> List<L> reduced(
            List<L> losses, BiFunction<L, Integer, List<L>> split, long step, PassFailedException e) {
        int largest = largest(losses);
        if (reduced) {
            throw shortage(step, e, "Passes had been reduced before, to " + passTokens + " tokens.");
        }
        int half = Math.max(1, largest / 2);
        List<L> smaller = losses.stream()
                .flatMap(loss -> split.apply(loss, half).stream())
                .toList();
        if (largest(smaller) == largest) {
            throw shortage(step, e, "The pass is one prompt with one completion and cannot be smaller.");
        }
        reduced = true;
        passTokens = half;
        LOG.warn(
                "Step {}: {} ran out of memory with a pass of {} tokens ({}). The update is made again, and all later"
                        + " ones, with passes of at most {} tokens. If the memory does not suffice again, the run ends.",
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
