package org.rpt4j.run.config.section;

import org.rpt4j.core.corpus.CorpusOptions;

/**
 * How the fields of a document are joined into its text. The paper does not specify how it joined problems and
 * solutions.
 *
 * @since 0.1.0
 */
public enum CorpusJoin {
    /** A single field is the text. */
    PLAIN(CorpusOptions.TargetFields.ALL),
    /** Several fields in sequence; tokens of all fields are predicted. */
    PROBLEM_AND_SOLUTION(CorpusOptions.TargetFields.ALL),
    /** Several fields in sequence; only tokens of the last field are predicted, the others are context. */
    SOLUTION_TARGETS_ONLY(CorpusOptions.TargetFields.LAST);

    private final CorpusOptions.TargetFields targets;

    CorpusJoin(CorpusOptions.TargetFields targets) {
        this.targets = targets;
    }

    /** Returns which fields hold tokens to predict. */
    public CorpusOptions.TargetFields targets() {
        return targets;
    }
}
