package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.task.MinEntropy;
import org.rpt4j.core.task.PassRateBand;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.TopFraction;
import org.rpt4j.core.task.UniformFraction;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import picocli.CommandLine.Option;

/** The options that say which positions are hard tokens. */
final class SelectionChoice {

    /** What the command line calls a selector. */
    enum Rule {
        ENTROPY(SelectionKeys.Rule.MIN_ENTROPY),
        TOP(SelectionKeys.Rule.TOP_FRACTION),
        UNIFORM(SelectionKeys.Rule.UNIFORM),
        BAND(SelectionKeys.Rule.PASS_RATE_BAND);

        private final SelectionKeys.Rule key;

        Rule(SelectionKeys.Rule key) {
            this.key = key;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is neither always nor never right. */
    record Band(double lowest, double highest) {

        static Band parse(String text) {
            String[] ends = text.split(",", 2);
            try {
                return new Band(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is no band. Give two numbers, such as 0.1,0.9.", e);
            }
        }
    }

    @Option(
            names = "--select",
            paramLabel = "RULE",
            defaultValue = "entropy",
            description = "entropy: tokens of at least --min-entropy. top: the --share of highest entropy in every "
                    + "document. uniform: a --share by chance, as a baseline. band: tokens whose --pass-rates lie in "
                    + "the --band (default: ${DEFAULT-VALUE}).")
    private Rule rule;

    @Option(
            names = "--min-entropy",
            paramLabel = "NATS",
            defaultValue = "0.5",
            description = "Least entropy of a hard token (default: ${DEFAULT-VALUE}).")
    private double minEntropy;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description = "Share of the tokens under top and uniform, above 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(
            names = "--pass-rates",
            paramLabel = "FILE",
            description = "Under band: how often tokens were predicted before, as every run directory keeps it in "
                    + "pass-rates.json.")
    private @Nullable Path passRates;

    @Option(
            names = "--band",
            paramLabel = "LOW,HIGH",
            defaultValue = "0.1,0.9",
            description = "Pass rates under band, from 0 to 1 (default: ${DEFAULT-VALUE}).")
    private Band band;

    @Option(
            names = "--min-context",
            paramLabel = "N",
            defaultValue = "15",
            description = "Least tokens before a hard token (default: ${DEFAULT-VALUE}).")
    private int minContext;

    @Option(
            names = "--positions-per-document",
            paramLabel = "N",
            defaultValue = "64",
            description = "Most hard tokens of one document (default: ${DEFAULT-VALUE}).")
    private int positions;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Chooses positions, held-out documents and samples (default: ${DEFAULT-VALUE}).")
    private long seed;

    void configure(CommandSettings settings) {
        settings.set("--select", SelectionKeys.RULE, rule.key);
        settings.set("--min-entropy", SelectionKeys.MIN_ENTROPY, minEntropy);
        settings.set("--share", SelectionKeys.SHARE, share);
        settings.set("--pass-rates", SelectionKeys.PASS_RATES, passRates);
        settings.set("--band", SelectionKeys.LOWEST_PASS_RATE, band.lowest());
        settings.set("--band", SelectionKeys.HIGHEST_PASS_RATE, band.highest());
        settings.set("--min-context", SelectionKeys.MIN_CONTEXT, minContext);
        settings.set("--positions-per-document", SelectionKeys.POSITIONS_PER_DOCUMENT, positions);
        settings.set("--seed", RunKeys.SEED, seed);
    }

    long seed() {
        return seed;
    }

    TaskSelection selection() {
        return TaskSelection.builder(selector())
                .minContextTokens(minContext)
                .maxPositionsPerDocument(positions)
                .seed(seed)
                .build();
    }

    private PositionSelector selector() {
        return switch (rule) {
            case ENTROPY -> new MinEntropy(minEntropy);
            case TOP -> new TopFraction(share);
            case UNIFORM -> new UniformFraction(share, seed);
            case BAND -> new PassRateBand(band.lowest(), band.highest(), rates());
        };
    }

    private Map<Long, Double> rates() {
        if (passRates == null) {
            throw new IllegalArgumentException("--select band needs --pass-rates FILE, the rates that were observed.");
        }
        return PassRates.load(passRates).rates();
    }
}
