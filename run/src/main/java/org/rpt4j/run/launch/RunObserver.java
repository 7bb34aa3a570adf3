package org.rpt4j.run.launch;

import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.train.Progress;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/** Watches a run. Every method is called on the thread of the run, which waits for it. */
public interface RunObserver extends TrainingListener {

    /** Watches nothing. */
    RunObserver NONE = new RunObserver() {};

    /** The proxy scores the corpus; progress in tokens. */
    default void scoring(Progress progress) {}

    /** The tasks are ready. */
    default void prepared(PreparedTasks tasks) {}

    /** An evaluation is running; progress in tasks. */
    default void evaluating(String label, Progress progress) {}

    /** An evaluation has ended. */
    default void evaluated(EvaluationReport report) {}

    /** A baseline searches for thoughts that hit, to imitate them; progress in steps. */
    default void searching(Progress progress) {}

    /** Training is about to begin: the handle to pause and cancel it. */
    default void training(Trainer trainer) {}

    /** Training reports an event. */
    @Override
    default void on(TrainingEvent event) {}
}
