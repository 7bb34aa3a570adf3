package org.rpt4j.core.config.section;

import java.nio.file.Path;
import java.util.Optional;
import org.rpt4j.core.config.key.Key;
import org.rpt4j.core.config.key.Numbers;
import org.rpt4j.core.config.key.Section;
import org.rpt4j.core.config.key.Texts;
import org.rpt4j.core.config.key.Values;
import org.rpt4j.core.run.RecordingOptions;

/** The keys {@code run.*}: what a run leaves behind. */
public final class RunKeys {

    private static final Section.Builder KEYS = Section.of("run", "What a run leaves behind");

    public static final Key<Path> DIRECTORY = KEYS.key("directory", Texts.PATH)
            .says("Where configuration, provenance, metrics, rollouts, evaluations and report.html go: a directory"
                    + " that is empty or not there yet.")
            .orNothing("nothing of the run is recorded");

    public static final Key<Path> SAVE = KEYS.key("save", Texts.PATH)
            .says("Where the trained checkpoint goes: a directory that is empty or not there yet.")
            .orNothing("it goes into the folder checkpoint of run.directory; without either it is not saved");

    public static final Key<Long> SAVE_EVERY = KEYS.key("save-every-steps", Numbers.wholeLong(0))
            .says("The checkpoint is saved after every so many steps, too, in place of the one before; 0 for the end"
                    + " alone.")
            .in("steps")
            .or(0L);

    public static final Key<Boolean> SAVE_OPTIMIZER = KEYS.key("save-optimizer", Texts.FLAG)
            .says("Whether the state of the optimizer is saved beside the checkpoint, in a file with the ending"
                    + " .optimizer, so that a later run can go on.")
            .or(true);

    public static final Key<Integer> ROLLOUTS_PER_STEP = KEYS.key("rollouts-per-step", Numbers.whole(0))
            .says("Most rollouts of a training step that are kept as text.")
            .in("rollouts")
            .or(RecordingOptions.DEFAULTS.rolloutsPerStep());

    public static final Key<Integer> RESPONSES_PER_EVALUATION =
            KEYS.key("responses-per-evaluation", Numbers.whole(0))
                    .says("Most tasks of an evaluation whose responses are kept as text.")
                    .in("tasks")
                    .or(RecordingOptions.DEFAULTS.responsesPerEvaluation());

    public static final Key<Long> SEED = KEYS.key("seed", Numbers.wholeLong(Long.MIN_VALUE))
            .says("The seed of everything that has none of its own.")
            .or(0L);

    static final Section SECTION = KEYS.build();

    private RunKeys() {}

    /** How much text is kept. */
    public static RecordingOptions recording(Values values) {
        return new RecordingOptions(values.get(ROLLOUTS_PER_STEP), values.get(RESPONSES_PER_EVALUATION));
    }

    /** Where the trained checkpoint goes, if anywhere. */
    public static Optional<Path> checkpoint(Values values) {
        return values.find(SAVE).or(() -> values.find(DIRECTORY).map(run -> run.resolve("checkpoint")));
    }
}
