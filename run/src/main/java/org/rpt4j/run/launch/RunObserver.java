package org.rpt4j.run.launch;

import java.nio.file.Path;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.health.HealthListener;

/**
 * Watches a run. Every method is called on the thread of the run, which waits for it.
 *
 * @since 0.1.0
 */
public interface RunObserver extends TrainingListener, HealthListener {

    /** Watches nothing. */
    RunObserver NONE = new RunObserver() {};

    /** A run resumes, with this step: that of its checkpoint, or 0 if it has none and starts over. */
    default void resuming(long nextStep) {}

    /** Something about the prompts that is worth knowing before the run, a sentence or two. */
    default void noted(String note) {}

    /** The proxy scores the corpus; progress in tokens. */
    default void scoring(Progress progress) {}

    /** Scoring continues where an interrupted one stopped, with the scores that this file has kept. */
    default void scoringContinues(Path record) {}

    /** The tasks are ready. */
    default void prepared(PreparedTasks tasks) {}

    /** An evaluation is running; progress in tasks. */
    default void evaluating(String label, Progress progress) {}

    /** An evaluation has ended. */
    default void evaluated(EvaluationReport report) {}

    /** A baseline or a cold start searches for thoughts that hit, to imitate them; progress in steps. */
    default void searching(Progress progress) {}

    /** Training is about to begin: the handle to pause and cancel it. */
    default void training(Trainer trainer) {}
}
