package org.rpt4j.samples.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Policy;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.run.RunRecorder;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/**
 * The evaluations of a training run, and its recording if one was asked for.
 *
 * @param directory the run directory; null without a recording
 * @param recorder writes into it; null without a recording
 * @param examiner evaluates
 * @param evalEvery steps between evaluations; 0 for none
 */
record RunLog(@Nullable Path directory, @Nullable RunRecorder recorder, Examiner examiner, long evalEvery)
        implements AutoCloseable {

    /** Evaluates, and records it. */
    EvaluationReport examine(String label, Policy policy) {
        Evaluation evaluation = examiner.run(label, policy);
        if (recorder != null) {
            recorder.record(evaluation);
        }
        return evaluation.report();
    }

    /** Records training, and evaluates between its steps. */
    TrainingListener listener(Policy policy) {
        return event -> {
            if (recorder != null) {
                recorder.on(event);
            }
            if (evalEvery > 0
                    && event instanceof TrainingEvent.StepCompleted completed
                    && (completed.metrics().step() + 1) % evalEvery == 0
                    && completed.progress().done() < completed.progress().total()
                    && !examiner.tasks().isEmpty()) {
                examine("step " + (completed.metrics().step() + 1), policy);
            }
        };
    }

    @Override
    public void close() {
        if (recorder != null) {
            recorder.close();
        }
    }
}
