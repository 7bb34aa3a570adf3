package org.rpt4j.backend.jni;

import org.rpt4j.api.Workload;

/**
 * How the engine divides a pass with gradients, see {@code engine/parts.h}: with recomputed activations, prompts are a part
 * and completions are parts of a bounded number of tokens.
 *
 * @param divided whether there is more than one part
 * @param rows tokens of the part with the most
 * @param kept tokens whose inputs to every layer are in memory at the same time
 * @param shared tokens whose keys and values other parts read
 * @param predicted predicted tokens of the part with the most
 * @param completions in a part
 */
record TrainingParts(boolean divided, long rows, long kept, long shared, long predicted, long completions) {

    /** {@code TrainingPass::PART_ROWS} of the engine. */
    static final int PART_ROWS = 1024;

    static TrainingParts of(Workload work, boolean recompute) {
        long own = work.sequences() * work.completionTokens();
        if (!recompute || own <= PART_ROWS) {
            return new TrainingParts(false, work.tokens(), work.tokens(), 0, work.predictedTokens(), work.sequences());
        }
        long completions = Math.min(work.sequences(), Math.max(1, PART_ROWS / work.completionTokens()));
        long longest = completions * work.completionTokens();
        long first = (long) work.prompts() * work.promptTokens();
        // The first token of a completion is predicted from the last one of its prompt.
        long predicted = Math.max(work.sequences(), completions * (work.completionTokens() - 1L));
        return new TrainingParts(true, Math.max(first, longest), first + longest, first, predicted, completions);
    }
}
