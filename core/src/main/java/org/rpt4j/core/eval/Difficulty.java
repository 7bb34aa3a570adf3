package org.rpt4j.core.eval;

import java.util.List;
import org.rpt4j.api.PredictionTask;

/**
 * The difficulty splits of the paper: positions whose next-token entropy exceeds a threshold. The splits are nested:
 * every hard position is also medium, and every medium one also easy.
 *
 * @since 0.1.0
 */
public enum Difficulty {
    /** More than 0.5 nats. */
    EASY(0.5),
    /** More than 1.0 nats. */
    MEDIUM(1.0),
    /** More than 1.5 nats. */
    HARD(1.5);

    private final double threshold;

    Difficulty(double threshold) {
        this.threshold = threshold;
    }

    /** Entropy threshold in nats; positions above it belong to the split. */
    public double threshold() {
        return threshold;
    }

    /** Whether a task belongs to the split; a task without an entropy belongs to none. */
    public boolean contains(PredictionTask task) {
        return contains(task.entropy());
    }

    /** Whether a position of this entropy, in nats, belongs to the split. */
    boolean contains(double entropy) {
        return entropy > threshold;
    }

    /** The outcomes of the tasks that belong to the split. */
    List<TaskOutcome> among(List<TaskOutcome> outcomes) {
        return outcomes.stream().filter(outcome -> contains(outcome.entropy())).toList();
    }
}
