package org.rpt4j.run.config.section;

import java.util.List;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/** The keys {@code evaluation.*}: what is measured on held-out tasks. */
public final class EvaluationKeys {

    private static final int TASKS_PER_CHUNK = EvaluationSettings.greedy(1).tasksPerChunk();
    private static final Section.Builder KEYS = Section.of("evaluation", "What is measured on held-out tasks");

    public static final Key<Integer> TASKS = KEYS.key("tasks", Numbers.whole(0))
            .says("Most held-out tasks of an evaluation, before and after training; 0 for no evaluation.")
            .in("tasks")
            .after("paper: 200 samples")
            .or(200);

    public static final Key<Long> EVERY_STEPS = KEYS.key("every-steps", Numbers.wholeLong(0))
            .says("Steps between evaluations during training; 0 for none. Four give the report its scaling law.")
            .in("steps")
            .or(0L);

    public static final Key<Integer> SAMPLES = KEYS.key("samples", Numbers.whole(1))
            .says("Thoughts per task.")
            .in("rollouts")
            .or(1);

    public static final Key<Double> TEMPERATURE = KEYS.key("temperature", Numbers.real(Range.atLeast(0)))
            .says("Of the thoughts; 0 is greedy.")
            .or(0.0);

    public static final Key<List<Integer>> PASS_AT = KEYS.key("pass-at", Lists.ofAny(Numbers.whole(1)))
            .says("The k of pass@k, each at most evaluation.samples.")
            .after("Chen et al. 2021, arXiv 2107.03374")
            .orFrom(
                    "evaluation.samples: 1 and the number of samples, none for a single one",
                    values -> values.get(SAMPLES) > 1 ? List.of(1, values.get(SAMPLES)) : List.of());

    public static final Key<Integer> PER_CHUNK = KEYS.key("tasks-per-chunk", Numbers.whole(1))
            .says("Tasks that are handed to the policy together; changes memory and never the result.")
            .in("tasks")
            .or(TASKS_PER_CHUNK);

    public static final Key<Long> SEED = KEYS.key("seed", Numbers.wholeLong(Long.MIN_VALUE))
            .says("Chooses the tasks and keys the thoughts.")
            .orFrom("run.seed", values -> values.get(RunKeys.SEED));

    static final Section SECTION = KEYS.build();

    private EvaluationKeys() {}

    /**
     * Settings of the evaluator.
     *
     * @param stops gives the stop tokens and the stop condition, and nothing else
     * @throws IllegalArgumentException if values do not go together; the message says which
     */
    public static EvaluationSettings settings(Values values, SamplingOptions stops) {
        SamplingOptions sampling = new SamplingOptions(
                values.get(SAMPLES),
                values.get(TEMPERATURE),
                values.get(SamplingKeys.MAX_TOKENS),
                stops.stopTokens(),
                stops.stopCondition(),
                values.get(SEED),
                0);
        return new EvaluationSettings(sampling, values.get(PASS_AT), values.get(PER_CHUNK));
    }
}
