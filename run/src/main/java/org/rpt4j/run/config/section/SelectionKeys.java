package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code selection.*}: which tokens become tasks.
 *
 * @since 0.1.0
 */
public final class SelectionKeys {

    /** How tokens are selected as tasks. */
    public enum Rule {
        /** Tokens with at least this entropy. */
        MIN_ENTROPY,
        /** The share of each document with the highest entropy. */
        TOP_FRACTION,
        /** A random share, as a baseline. */
        UNIFORM,
        /** Tokens with an observed pass rate within a band. */
        PASS_RATE_BAND
    }

    private static final Section.Builder KEYS = Section.of("selection", "Which tokens become tasks")
            .onlyWith("corpus.files is given", values -> values.isGiven(CorpusKeys.FILES));

    public static final Key<Rule> RULE = KEYS.key("rule", Texts.oneOf(Rule.class))
            .says("MIN_ENTROPY: tokens of at least a given entropy. TOP_FRACTION: the share of each document with"
                    + " the highest entropy. UNIFORM: a random share, as a baseline. PASS_RATE_BAND: tokens"
                    + " that were predicted sometimes, but not always.")
            .after("section 3.3: low-entropy positions are dropped")
            .onlyWith(TaskKeys.OF_SCORED_TEXT, TaskKeys::areScored)
            .or(Rule.MIN_ENTROPY);

    public static final Key<Double> MIN_ENTROPY = KEYS.key(PositionSelector.MinEntropy.MIN_ENTROPY)
            .onlyWith("selection.rule is MIN_ENTROPY", is(Rule.MIN_ENTROPY))
            .asDeclared();

    public static final Key<Double> SHARE = KEYS.key(PositionSelector.TopFraction.SHARE)
            .onlyWith(
                    "selection.rule is TOP_FRACTION or UNIFORM",
                    is(Rule.TOP_FRACTION).or(is(Rule.UNIFORM)))
            .asDeclared();

    public static final Key<Path> PASS_RATES = KEYS.key("pass-rates", Texts.PATH)
            .says("File of observed pass rates: the pass-rates.json that every recorded run saves.")
            .onlyWith("selection.rule is PASS_RATE_BAND", is(Rule.PASS_RATE_BAND))
            .orNothing("no pass rates are known");

    public static final Key<Double> LOWEST_PASS_RATE = KEYS.key(
                    "lowest-pass-rate", PositionSelector.PassRateBand.LOWEST)
            .onlyWith("selection.rule is PASS_RATE_BAND", is(Rule.PASS_RATE_BAND))
            .asDeclared();

    public static final Key<Double> HIGHEST_PASS_RATE = KEYS.key(
                    "highest-pass-rate", PositionSelector.PassRateBand.HIGHEST)
            .onlyWith("selection.rule is PASS_RATE_BAND", is(Rule.PASS_RATE_BAND))
            .asDeclared();

    public static final Key<Integer> MIN_CONTEXT =
            KEYS.key(TaskSelection.MIN_CONTEXT_TOKENS).asDeclared();

    public static final Key<Integer> POSITIONS_PER_DOCUMENT = KEYS.key(
                    "positions-per-document", TaskSelection.MAX_POSITIONS_PER_DOCUMENT)
            .asDeclared();

    public static final Key<Integer> CONTINUATION =
            KEYS.key(TaskSelection.CONTINUATION_TOKENS).asDeclared();

    public static final Key<Long> SEED = KEYS.key(TaskSelection.SEED).orFrom(RunKeys.SEED);

    static final Section SECTION = KEYS.build();

    private SelectionKeys() {}

    private static Predicate<Values> is(Rule rule) {
        return values -> values.get(RULE) == rule && TaskKeys.areScored(values);
    }

    /**
     * Returns the settings of the pipeline from corpus to tasks.
     *
     * @param promptRoom maximum number of context tokens in a prompt
     */
    public static PipelineSettings pipeline(Values values, int promptRoom) {
        return pipeline(values, selector(values), promptRoom);
    }

    /** Returns the band of pass rates before any rates are read. */
    static PositionSelector.PassRateBand emptyBand(Values values) {
        return new PositionSelector.PassRateBand(values.get(LOWEST_PASS_RATE), values.get(HIGHEST_PASS_RATE), Map.of());
    }

    static PipelineSettings pipeline(Values values, PositionSelector selector, int promptRoom) {
        TaskSelection selection = TaskSelection.builder(selector)
                .minContextTokens(values.get(MIN_CONTEXT))
                .maxPositionsPerDocument(values.get(POSITIONS_PER_DOCUMENT))
                .maxContextTokens(Math.min(promptRoom, values.get(PromptKeys.MAX_CONTEXT)))
                .continuationTokens(values.get(CONTINUATION))
                .seed(values.get(SEED))
                .build();
        int candidates = TaskKeys.areScored(values) ? TaskKeys.candidates(values) : 0;
        return PipelineSettings.builder(selection)
                .scoring(ScoringKeys.options(values).toBuilder()
                        .candidates(candidates)
                        .build())
                .windowTokens(values.get(ScoringKeys.WINDOW_TOKENS))
                .windowOverlap(values.get(ScoringKeys.WINDOW_OVERLAP))
                .split(CorpusKeys.split(values))
                .maxDocuments(values.get(CorpusKeys.MAX_DOCUMENTS))
                .tokenizerThreads(values.get(CorpusKeys.TOKENIZER_THREADS))
                .build();
    }

    private static PositionSelector selector(Values values) {
        return switch (values.get(RULE)) {
            case MIN_ENTROPY -> new PositionSelector.MinEntropy(values.get(MIN_ENTROPY));
            case TOP_FRACTION -> new PositionSelector.TopFraction(values.get(SHARE));
            case UNIFORM -> new PositionSelector.UniformFraction(values.get(SHARE), values.get(SEED));
            case PASS_RATE_BAND ->
                new PositionSelector.PassRateBand(
                        values.get(LOWEST_PASS_RATE),
                        values.get(HIGHEST_PASS_RATE),
                        PassRates.load(values.get(PASS_RATES)).rates());
        };
    }
}
