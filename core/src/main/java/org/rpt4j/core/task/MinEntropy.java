package org.rpt4j.core.task;

import java.util.List;
import java.util.Locale;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Selects positions where the proxy is uncertain enough: the filter of the paper (section 3.3), whose published splits
 * are at 0.5, 1.0 and 1.5 nats.
 *
 * @param nats minimum entropy; 0 keeps every scored position
 * @since 0.1.0
 */
public record MinEntropy(double nats) implements PositionSelector {

    public static final Setting<Double> MIN_ENTROPY = Setting.real("min-entropy", Range.atLeast(0))
            .says("Lowest entropy of a token that becomes a task.")
            .in("nats")
            .after("splits of the paper: 0.5, 1.0, 1.5; the threshold for training is unspecified")
            .or(0.5);

    public MinEntropy {
        MIN_ENTROPY.check(nats);
    }

    @Override
    public List<Position> select(List<Position> eligible) {
        return eligible.stream().filter(position -> position.entropy() >= nats).toList();
    }

    @Override
    public String describe() {
        return "min-entropy " + nats + " nats";
    }

    @Override
    public String explainEmpty(FilterStatistics statistics) {
        return String.format(
                Locale.ROOT,
                "minEntropy is %.3f nats but the highest among %d eligible tokens is %.3f. "
                        + "Lower minEntropy (%.2f would keep a tenth), or use a weaker proxy or a harder corpus.",
                nats,
                statistics.eligible(),
                statistics.highestEntropy(),
                statistics.thresholdForTop(0.1));
    }
}
