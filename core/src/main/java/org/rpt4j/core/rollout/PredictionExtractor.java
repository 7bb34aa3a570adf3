package org.rpt4j.core.rollout;

import org.rpt4j.api.Prediction;
import org.rpt4j.api.Rollout;

/** Finds the prediction in a completion. A pure function of the rollout; thread-safe. */
@FunctionalInterface
public interface PredictionExtractor {

    /** The content of the last box after the thought, or the reason why there is none. */
    Prediction extract(Rollout rollout);
}
