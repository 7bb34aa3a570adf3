package org.rpt4j.run.config.section;

import java.util.List;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code evaluation.*}: measurements on held-out tasks.
 *
 * @since 0.1.0
 */
public final class EvaluationKeys {

    private static final Section.Builder KEYS = Section.of("evaluation", "Measurements on held-out tasks");

    public static final Key<Integer> TASKS = KEYS.key("tasks", Numbers.whole(Range.atLeast(0)))
            .says("Maximum number of held-out tasks in an evaluation, before and after training; 0 turns"
                    + " evaluations off.")
            .in("tasks")
            .after("paper: 200 samples")
            .or(200);

    public static final Key<Long> EVERY_STEPS = KEYS.key("every-steps", Numbers.wholeLong(Range.atLeast(0)))
            .says("Steps between evaluations during training; 0 for none. The report needs four evaluations to"
                    + " fit a scaling law.")
            .in("steps")
            .or(0L);

    public static final Key<Integer> SAMPLES = KEYS.key("samples", SamplingOptions.GROUP_SIZE)
            .says("Rollouts per task.")
            .after("")
            .or(1);

    public static final Key<Double> TEMPERATURE = KEYS.key(SamplingOptions.TEMPERATURE)
            .says("Temperature of the rollouts; 0 is greedy decoding.")
            .after("")
            .or(0.0);

    public static final Key<List<Integer>> PASS_AT = KEYS.key(
                    EvaluationSettings.PASS_AT.name(),
                    Lists.ofAny(Numbers.whole(Range.atLeast(1))),
                    EvaluationSettings.PASS_AT)
            .orFrom(
                    SAMPLES,
                    "1 and the number of samples, none for a single one",
                    values -> values.get(SAMPLES) > 1 ? List.of(1, values.get(SAMPLES)) : List.of());

    public static final Key<Integer> PER_CHUNK =
            KEYS.key(EvaluationSettings.TASKS_PER_CHUNK).asDeclared();

    public static final Key<Long> SEED = KEYS.key(SamplingOptions.SEED)
            .says("Seed for choosing the tasks and sampling their rollouts.")
            .orFrom(RunKeys.SEED);

    static final Section SECTION = KEYS.build();

    private EvaluationKeys() {}

    /**
     * Returns the settings of the evaluator.
     *
     * @param stops supplies only the stop tokens and the stop condition
     * @throws IllegalArgumentException if values conflict; the message names them
     */
    public static EvaluationSettings settings(Values values, SamplingOptions stops) {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(values.get(SAMPLES))
                .temperature(values.get(TEMPERATURE))
                .maxTokens(values.get(SamplingKeys.MAX_TOKENS))
                .stopTokens(stops.stopTokens())
                .stopCondition(stops.stopCondition())
                .seed(values.get(SEED))
                .build();
        return EvaluationSettings.builder(sampling)
                .passAt(values.get(PASS_AT))
                .tasksPerChunk(values.get(PER_CHUNK))
                .standard(TaskKeys.continueText(values))
                .build();
    }
}
