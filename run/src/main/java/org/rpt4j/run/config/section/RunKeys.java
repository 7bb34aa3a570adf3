package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.directory.RecordingOptions;

/** The keys {@code run.*}: what a run leaves behind. */
public final class RunKeys {

    /** What becomes of a run that needs more memory or disk than there is. */
    public enum Limits {
        /** It is refused before anything is scored. */
        REFUSE,
        /** The log says so, and it is tried. */
        WARN,
        /** Nothing is compared. */
        OFF
    }

    private static final Section.Builder KEYS = Section.of("run", "What a run leaves behind");

    public static final Key<Path> DIRECTORY = KEYS.key("directory", Texts.PATH)
            .says("Where configuration, provenance, metrics, rollouts, evaluations and report.html go: a directory"
                    + " that is empty or not there yet.")
            .orNothing("nothing of the run is recorded");

    public static final Key<Path> SAVE = KEYS.key("save", Texts.PATH)
            .says("Where the trained checkpoint goes: a directory that is empty or not there yet.")
            .orNothing("it goes into the folder checkpoint of run.directory; without either it is not saved");

    public static final Key<Boolean> SAVE_OPTIMIZER = KEYS.key("save-optimizer", Texts.FLAG)
            .says("Whether the state of the optimizer is saved beside the trained checkpoint, in a file with the ending"
                    + " .optimizer, so that another run can start from there.")
            .or(true);

    public static final Key<Long> SAVE_EVERY = KEYS.key("save-every-steps", Numbers.wholeLong(0))
            .says("All that the run can go on from is saved in the folder checkpoints of run.directory at its end, and"
                    + " after every so many steps; 0 for the end alone.")
            .in("steps")
            .or(0L);

    public static final Key<Integer> KEEP_CHECKPOINTS = KEYS.key("keep-checkpoints", Numbers.whole(1))
            .says("How many of the latest of them are kept; validation.keep-best keeps one more.")
            .in("checkpoints")
            .or(2);

    public static final Key<Boolean> BACKGROUND_CHECKPOINTS = KEYS.key("background-checkpoints", Texts.FLAG)
            .says("Whether a thread of its own writes them, so that training waits for a copy in memory alone. The copy"
                    + " takes 12 bytes of Java heap per parameter.")
            .or(true);

    public static final Key<Integer> TOLERATED_FAILURES = KEYS.key("tolerated-checkpoint-failures", Numbers.whole(0))
            .says("How many of them in a row may fail, on a full disk for instance, before the run ends. The one at the"
                    + " end of the run has to succeed.")
            .in("checkpoints")
            .or(3);

    public static final Key<Boolean> RESUME = KEYS.key("resume", Texts.FLAG)
            .says("Whether a run that run.directory holds goes on from its latest checkpoint, bit for bit. Without a"
                    + " checkpoint it begins anew, without a run a new one begins.")
            .or(false);

    public static final Key<List<String>> ACCEPT_CHANGED = KEYS.key("accept-changed", Lists.ofAny(Texts.NAME))
            .says("What may differ from the run that goes on: names of keys, or model, tokenizer, proxy, reference,"
                    + " corpus, dataset. Anything else that differs is refused.")
            .or(List.of());

    public static final Key<Integer> ROLLOUTS_PER_STEP = KEYS.key("rollouts-per-step", Numbers.whole(0))
            .says("Most rollouts of a training step that are kept as text.")
            .in("rollouts")
            .or(RecordingOptions.DEFAULTS.rolloutsPerStep());

    public static final Key<Integer> RESPONSES_PER_EVALUATION = KEYS.key("responses-per-evaluation", Numbers.whole(0))
            .says("Most tasks of an evaluation whose responses are kept as text.")
            .in("tasks")
            .or(RecordingOptions.DEFAULTS.responsesPerEvaluation());

    public static final Key<Integer> FAILED_BATCHES = KEYS.key("failed-batches", Numbers.whole(0))
            .says("Most batches that are kept whole in the folder failed-batches of run.directory, because a number was"
                    + " not finite or the backend failed.")
            .in("batches")
            .or(RecordingOptions.DEFAULTS.failedBatches());

    public static final Key<Limits> LIMITS = KEYS.key("limits", Texts.oneOf(Limits.class))
            .says(
                    "What becomes of a run that needs more memory or disk in any case than there is. What it needs only if"
                            + " every prompt and completion has its full length is a warning.")
            .or(Limits.REFUSE);

    public static final Key<Double> MAX_HOURS = KEYS.key("max-hours", Numbers.real(Range.atLeast(0)))
            .says("Hours that a run may take by an estimate before it starts: every prompt and completion of full"
                    + " length, computed as fast as this machine multiplies large matrices, without the scoring of a"
                    + " corpus. A longer run is refused. 0 asks for no estimate.")
            .in("hours")
            .or(0.0);

    public static final Key<Long> SEED = KEYS.key("seed", Numbers.wholeLong(Long.MIN_VALUE))
            .says("The seed of everything that has none of its own.")
            .or(0L);

    static final Section SECTION = KEYS.build();

    private RunKeys() {}

    /** How much text is kept. */
    public static RecordingOptions recording(Values values) {
        return new RecordingOptions(
                values.get(ROLLOUTS_PER_STEP), values.get(RESPONSES_PER_EVALUATION), values.get(FAILED_BATCHES));
    }

    /** Where the trained checkpoint goes, if anywhere. */
    public static Optional<Path> checkpoint(Values values) {
        return values.find(SAVE).or(() -> values.find(DIRECTORY).map(run -> run.resolve("checkpoint")));
    }
}
