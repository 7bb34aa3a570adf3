package org.rpt4j.run.directory;

/**
 * How much text a run keeps.
 *
 * @param rolloutsPerStep most rollouts of a training step, chosen pseudo-randomly
 * @param responsesPerEvaluation most tasks of an evaluation whose responses are kept, from the first
 * @param failedBatches most batches that are kept whole because something went wrong with them, from the first
 */
public record RecordingOptions(int rolloutsPerStep, int responsesPerEvaluation, int failedBatches) {

    /** 4 rollouts of a step, the responses to 400 tasks of an evaluation, 8 batches with which something went wrong. */
    public static final RecordingOptions DEFAULTS = new RecordingOptions(4, 400, 8);

    public RecordingOptions {
        if (rolloutsPerStep < 0 || responsesPerEvaluation < 0 || failedBatches < 0) {
            throw new IllegalArgumentException("rolloutsPerStep is " + rolloutsPerStep
                    + ", responsesPerEvaluation is " + responsesPerEvaluation + " and failedBatches is " + failedBatches
                    + "; none may be negative");
        }
    }
}
