package org.rpt4j.run.config.section;

import org.rpt4j.core.corpus.TargetFields;

/** How the fields of a document become its text. The paper does not say how it joined problems and solutions. */
public enum CorpusJoin {
    /** One field is the text. */
    PLAIN(TargetFields.ALL),
    /** Several fields, one after the other; tokens of all of them are predicted. */
    PROBLEM_AND_SOLUTION(TargetFields.ALL),
    /** Several fields, one after the other; tokens of the last one are predicted, the others are context. */
    SOLUTION_TARGETS_ONLY(TargetFields.LAST);

    private final TargetFields targets;

    CorpusJoin(TargetFields targets) {
        this.targets = targets;
    }

    /** Which fields hold tokens to predict. */
    public TargetFields targets() {
        return targets;
    }
}
