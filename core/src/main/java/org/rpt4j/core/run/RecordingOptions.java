package org.rpt4j.core.run;

/**
 * How much text a run keeps.
 *
 * @param rolloutsPerStep most rollouts of a training step, chosen pseudo-randomly
 * @param responsesPerEvaluation most tasks of an evaluation whose responses are kept, from the first
 */
public record RecordingOptions(int rolloutsPerStep, int responsesPerEvaluation) {

    /** 4 rollouts of a step, the responses to 400 tasks of an evaluation. */
    public static final RecordingOptions DEFAULTS = new RecordingOptions(4, 400);

    public RecordingOptions {
        if (rolloutsPerStep < 0 || responsesPerEvaluation < 0) {
            throw new IllegalArgumentException("rolloutsPerStep is " + rolloutsPerStep
                    + " and responsesPerEvaluation is " + responsesPerEvaluation + "; neither may be negative");
        }
    }
}
