package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.task.MinEntropy;
import org.rpt4j.core.task.PassRateBand;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.TopFraction;
import org.rpt4j.core.task.UniformFraction;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code selection.*}: which tokens become tasks. */
public final class SelectionKeys {

    /** What makes a token a task. */
    public enum Rule {
        /** At least so much entropy. */
        MIN_ENTROPY,
        /** The share of highest entropy in every document. */
        TOP_FRACTION,
        /** A share by chance: the control. */
        UNIFORM,
        /** A share of right rollouts, observed before, within a band. */
        PASS_RATE_BAND
    }

    private static final TaskSelection DEFAULTS = TaskSelection.above(0);
    private static final Section.Builder KEYS = Section.of("selection", "Which tokens become tasks")
            .onlyWith("corpus.files is given", values -> values.isGiven(CorpusKeys.FILES));

    public static final Key<Rule> RULE = KEYS.key("rule", Texts.oneOf(Rule.class))
            .says("MIN_ENTROPY: tokens of enough entropy. TOP_FRACTION: the share of highest entropy in every document."
                    + " UNIFORM: a share by chance, as a control. PASS_RATE_BAND: tokens that were predicted"
                    + " sometimes, but not always.")
            .after("section 3.3: low-entropy positions are dropped")
            .or(Rule.MIN_ENTROPY);

    public static final Key<Double> MIN_ENTROPY = KEYS.key("min-entropy", Numbers.real(Range.atLeast(0)))
            .says("Least entropy of a hard token.")
            .in("nats")
            .after("splits of the paper: 0.5, 1.0, 1.5; the threshold for training is unspecified")
            .onlyWith("selection.rule is MIN_ENTROPY", is(Rule.MIN_ENTROPY))
            .or(0.5);

    public static final Key<Double> SHARE = KEYS.key(
                    "share", Numbers.real(Range.above(0).upTo(1)))
            .says("Share of the tokens.")
            .after("Wang et al. 2025, arXiv 2506.01939: a fifth")
            .onlyWith(
                    "selection.rule is TOP_FRACTION or UNIFORM",
                    is(Rule.TOP_FRACTION).or(is(Rule.UNIFORM)))
            .or(0.2);

    public static final Key<Path> PASS_RATES = KEYS.key("pass-rates", Texts.PATH)
            .says("File of observed pass rates, as every recorded run saves it: pass-rates.json.")
            .onlyWith("selection.rule is PASS_RATE_BAND", is(Rule.PASS_RATE_BAND))
            .orNothing("no rates are known");

    public static final Key<Double> LOWEST_PASS_RATE = KEYS.key("lowest-pass-rate", Numbers.real(Range.between(0, 1)))
            .says("Lower end of the band.")
            .onlyWith("selection.rule is PASS_RATE_BAND", is(Rule.PASS_RATE_BAND))
            .or(0.1);

    public static final Key<Double> HIGHEST_PASS_RATE = KEYS.key("highest-pass-rate", Numbers.real(Range.between(0, 1)))
            .says("Upper end of the band.")
            .onlyWith("selection.rule is PASS_RATE_BAND", is(Rule.PASS_RATE_BAND))
            .or(0.9);

    public static final Key<Integer> MIN_CONTEXT = KEYS.key("min-context-tokens", Numbers.whole(1))
            .says("Tokens before the first task of a document, which look hard only because little stands before them.")
            .in("tokens")
            .or(DEFAULTS.minContextTokens());

    public static final Key<Integer> POSITIONS_PER_DOCUMENT = KEYS.key("positions-per-document", Numbers.whole(1))
            .says("Most tasks from one document, whose positions are correlated samples.")
            .in("tasks")
            .or(DEFAULTS.maxPositionsPerDocument());

    public static final Key<Integer> CONTINUATION = KEYS.key("continuation-tokens", Numbers.whole(1))
            .says("Most tokens of text against which a prediction is compared.")
            .in("tokens")
            .or(DEFAULTS.continuationTokens());

    public static final Key<Long> SEED = KEYS.key("seed", Numbers.wholeLong(Long.MIN_VALUE))
            .says("Chooses positions where there are too many, and under UNIFORM.")
            .orFrom("run.seed", values -> values.get(RunKeys.SEED));

    static final Section SECTION = KEYS.build();

    private SelectionKeys() {}

    private static Predicate<Values> is(Rule rule) {
        return values -> values.get(RULE) == rule;
    }

    /**
     * From corpus to tasks.
     *
     * @param promptRoom most tokens of context that a prompt holds
     */
    public static PipelineSettings pipeline(Values values, int promptRoom) {
        TaskSelection selection = new TaskSelection(
                selector(values),
                values.get(MIN_CONTEXT),
                values.get(POSITIONS_PER_DOCUMENT),
                Math.min(promptRoom, values.get(PromptKeys.MAX_CONTEXT)),
                values.get(CONTINUATION),
                values.get(SEED));
        return new PipelineSettings(
                selection,
                ScoringKeys.options(values),
                values.get(ScoringKeys.WINDOW_TOKENS),
                values.get(ScoringKeys.WINDOW_OVERLAP),
                CorpusKeys.split(values),
                values.get(CorpusKeys.MAX_DOCUMENTS));
    }

    private static PositionSelector selector(Values values) {
        return switch (values.get(RULE)) {
            case MIN_ENTROPY -> new MinEntropy(values.get(MIN_ENTROPY));
            case TOP_FRACTION -> new TopFraction(values.get(SHARE));
            case UNIFORM -> new UniformFraction(values.get(SHARE), values.get(SEED));
            case PASS_RATE_BAND ->
                new PassRateBand(
                        values.get(LOWEST_PASS_RATE),
                        values.get(HIGHEST_PASS_RATE),
                        PassRates.load(values.get(PASS_RATES)).rates());
        };
    }
}
