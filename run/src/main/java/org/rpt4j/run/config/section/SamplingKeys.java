package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.Optional;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.RptException;
import org.rpt4j.api.setting.Range;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code sampling.*}: the rollouts of training.
 *
 * @since 0.1.0
 */
public final class SamplingKeys {

    private static final Section.Builder KEYS = Section.of("sampling", "The rollouts of training");

    private static final String CONTEXT_RULE =
            "half of the context window in its config.json, at most " + SamplingOptions.MAX_TOKENS.byDefault();

    public static final Key<Integer> GROUP_SIZE = KEYS.key(SamplingOptions.GROUP_SIZE)
            .within(Range.atLeast(2))
            .onlyWith(TrainingKeys.SAMPLED, TrainingKeys::samples)
            .asDeclared();

    public static final Key<Double> TEMPERATURE = KEYS.key(SamplingOptions.TEMPERATURE)
            .within(Range.above(0))
            .onlyWith(TrainingKeys.SAMPLED, TrainingKeys::samples)
            .asDeclared();

    public static final Key<Integer> MAX_TOKENS =
            KEYS.key(SamplingOptions.MAX_TOKENS).orFrom(ModelKeys.DIRECTORY, CONTEXT_RULE, SamplingKeys::halfOfContext);

    public static final Key<Long> SEED = KEYS.key(SamplingOptions.SEED).orFrom(RunKeys.SEED);

    static final Section SECTION = KEYS.build();

    private SamplingKeys() {}

    /** The other half is for the prompt. A model that cannot be read is refused by whoever opens it. */
    private static int halfOfContext(Values values) {
        int most = SamplingOptions.MAX_TOKENS.byDefault();
        Optional<Path> model = values.find(ModelKeys.DIRECTORY);
        if (model.isEmpty()) {
            return most;
        }
        try {
            int context = ModelConfigReader.read(model.get()).contextLength();
            return Math.max(1, Math.min(most, context / 2));
        } catch (RptException e) {
            return most;
        }
    }

    /**
     * Returns how rollouts are sampled.
     *
     * @param stops supplies only the stop tokens and the stop condition
     */
    public static SamplingOptions options(Values values, SamplingOptions stops) {
        return SamplingOptions.builder()
                .groupSize(values.get(GROUP_SIZE))
                .temperature(values.get(TEMPERATURE))
                .maxTokens(values.get(MAX_TOKENS))
                .stopTokens(stops.stopTokens())
                .stopCondition(stops.stopCondition())
                .seed(values.get(SEED))
                .build();
    }
}
