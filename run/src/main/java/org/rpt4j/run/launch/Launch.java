package org.rpt4j.run.launch;

import java.time.Instant;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;

/**
 * What a run knows before it opens a model. A file that is missing is reported here, before anything is scored.
 *
 * @param configuration every setting
 * @param observer who watches
 * @param resumption what the run resumes from
 * @param known pass rates from an earlier run; none when a run resumes, which has its own
 * @param start when the run started, whatever resumed it since
 * @param budget floating point operations that a baseline may spend; 0 for reinforcement
 */
record Launch(
        RunConfiguration configuration,
        RunObserver observer,
        Resumption resumption,
        PassRates known,
        Instant start,
        double budget) {

    /**
     * Reads the budget and the pass rates.
     *
     * @throws org.rpt4j.api.error.RptException if they cannot be read
     */
    static Launch of(RunConfiguration configuration, RunObserver observer, Resumption resumption) {
        double budget = TrainingKeys.isBaseline(configuration) ? BaselineKeys.budget(configuration) : 0;
        PassRates known =
                resumption.checkpoint().isPresent() ? PassRates.NONE : DynamicSamplingKeys.passRates(configuration);
        return new Launch(configuration, observer, resumption, known, resumption.start(), budget);
    }

    /** Whether a checkpoint says how far training has come. */
    boolean hasCheckpoint() {
        return resumption.checkpoint().isPresent();
    }
}
