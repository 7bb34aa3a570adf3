package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Range;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.directory.RecordingOptions;

/**
 * The keys {@code run.*}: what a run saves and records.
 *
 * @since 0.1.0
 */
public final class RunKeys {

    /** What happens if a run needs more memory or disk than is available. */
    public enum Limits {
        /** The run is refused before the corpus is scored. */
        REFUSE,
        /** The log warns and the run starts. */
        WARN,
        /** Nothing is checked. */
        OFF
    }

    private static final Section.Builder KEYS = Section.of("run", "What a run saves and records");

    public static final Key<Path> DIRECTORY = KEYS.key("directory", Texts.PATH)
            .says("Directory for configuration, provenance, metrics, rollouts, evaluations and report.html. It"
                    + " must be empty or not exist.")
            .orNothing("the run is not recorded");

    public static final Key<Path> SAVE = KEYS.key("save", Texts.PATH)
            .says("Directory for the trained checkpoint. It must be empty or not exist.")
            .orNothing("the folder checkpoint of run.directory; without either, the checkpoint is not saved");

    public static final Key<Boolean> SAVE_OPTIMIZER = KEYS.key("save-optimizer", Texts.FLAG)
            .says("Whether to save the optimizer state beside the trained checkpoint, in a file with the suffix"
                    + " .optimizer, so that another run can start from it.")
            .or(true);

    public static final Key<Long> SAVE_EVERY = KEYS.key("save-every-steps", Numbers.wholeLong(Range.atLeast(0)))
            .says("Steps between checkpoints for resuming the run, saved in the folder checkpoints of"
                    + " run.directory; 0 saves by time alone. One more is saved at the end.")
            .in("steps")
            .or(0L);

    public static final Key<Integer> SAVE_EVERY_MINUTES = KEYS.key(
                    "save-every-minutes", Numbers.whole(Range.atLeast(0)))
            .says("Minutes between these checkpoints, whatever the number of steps; 0 saves by steps alone.")
            .in("minutes")
            .onlyWith(
                    "run.directory is given",
                    values -> values.find(RunKeys.DIRECTORY).isPresent())
            .or(10);

    public static final Key<Integer> KEEP_CHECKPOINTS = KEYS.key("keep-checkpoints", Numbers.whole(Range.atLeast(1)))
            .says("How many of the latest of these checkpoints are kept; validation.keep-best keeps one more.")
            .in("checkpoints")
            .or(2);

    public static final Key<Boolean> BACKGROUND_CHECKPOINTS = KEYS.key("background-checkpoints", Texts.FLAG)
            .says("Whether a separate thread writes the checkpoints, so that training waits only for a copy in memory."
                    + " The copy takes 12 bytes of Java heap per parameter.")
            .or(true);

    public static final Key<Integer> TOLERATED_FAILURES = KEYS.key(
                    "tolerated-checkpoint-failures", Numbers.whole(Range.atLeast(0)))
            .says("How many consecutive checkpoints may fail, for instance on a full disk, before the run ends."
                    + " The one at the end must succeed.")
            .in("checkpoints")
            .or(3);

    public static final Key<Boolean> RESUME = KEYS.key("resume", Texts.FLAG)
            .says("Whether to resume the run in run.directory from its latest checkpoint, bit for bit. Without a"
                    + " checkpoint the run starts over; without a run a new one starts.")
            .or(false);

    public static final Key<List<String>> ACCEPT_CHANGED = KEYS.key("accept-changed", Lists.ofAny(Texts.NAME))
            .says("Differences from the resumed run that are allowed: names of keys, or model, tokenizer, proxy,"
                    + " reference, corpus, dataset, task-order. Any other difference is rejected.")
            .or(List.of());

    public static final Key<Integer> ROLLOUTS_PER_STEP =
            KEYS.key(RecordingOptions.ROLLOUTS_PER_STEP).asDeclared();

    public static final Key<Integer> RESPONSES_PER_EVALUATION =
            KEYS.key(RecordingOptions.RESPONSES_PER_EVALUATION).asDeclared();

    public static final Key<Integer> FAILED_BATCHES =
            KEYS.key(RecordingOptions.FAILED_BATCHES).asDeclared();

    public static final Key<Limits> LIMITS = KEYS.key("limits", Texts.oneOf(Limits.class))
            .says("What to do if a run certainly needs more memory or disk than is available. If it may need"
                    + " more, only when every prompt and completion has its full length, it warns.")
            .or(Limits.REFUSE);

    public static final Key<Double> MAX_HOURS = KEYS.key("max-hours", Numbers.real(Range.atLeast(0)))
            .says("Maximum estimated duration of a run. The estimate assumes that every prompt and completion has"
                    + " its full length and that the model computes as fast as this machine multiplies large"
                    + " matrices; it leaves out scoring the corpus. A longer run is refused; 0 turns the"
                    + " estimate off.")
            .in("hours")
            .or(0.0);

    public static final Key<Long> SEED = KEYS.key("seed", SamplingOptions.SEED)
            .says("Seed of everything without a seed of its own.")
            .asDeclared();

    static final Section SECTION = KEYS.build();

    private RunKeys() {}

    /** Returns how much text is recorded. */
    public static RecordingOptions recording(Values values) {
        return RecordingOptions.builder()
                .rolloutsPerStep(values.get(ROLLOUTS_PER_STEP))
                .responsesPerEvaluation(values.get(RESPONSES_PER_EVALUATION))
                .failedBatches(values.get(FAILED_BATCHES))
                .build();
    }

    /** Returns where the trained checkpoint is saved, if anywhere. */
    public static Optional<Path> checkpoint(Values values) {
        return values.find(SAVE).or(() -> values.find(DIRECTORY).map(run -> run.resolve("checkpoint")));
    }
}
