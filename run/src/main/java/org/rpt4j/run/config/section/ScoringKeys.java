package org.rpt4j.run.config.section;

import org.rpt4j.api.ScoringOptions;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code scoring.*}: how the proxy measures the difficulty of a token.
 *
 * @since 0.1.0
 */
public final class ScoringKeys {

    /** Which sum over the most probable next tokens is the entropy. */
    public enum Kind {
        /** Entropy of these tokens, renormalised: 0 to ln k nats. */
        RENORMALISED,
        /** Their contribution to the entropy over all tokens. */
        PLAIN
    }

    private static final Section.Builder KEYS = Section.of(
                    "scoring", "How the proxy measures the difficulty of a token")
            .onlyWith(
                    "corpus.files is given and scored",
                    values -> values.isGiven(CorpusKeys.FILES) && TaskKeys.areScored(values));

    public static final Key<Integer> TOP_K = KEYS.key(ScoringOptions.TOP_K).asDeclared();

    public static final Key<Kind> KIND = KEYS.key("kind", Texts.oneOf(Kind.class))
            .partOf(ScoringOptions.RENORMALISE)
            .says("RENORMALISED: the entropy of these tokens, renormalised, at most ln k. PLAIN: their"
                    + " contribution to the entropy over all tokens.")
            .after("unspecified by the paper")
            .or(Kind.RENORMALISED);

    public static final Key<Integer> WINDOW_TOKENS =
            KEYS.key(PipelineSettings.WINDOW_TOKENS).asDeclared();

    public static final Key<Integer> WINDOW_OVERLAP =
            KEYS.key(PipelineSettings.WINDOW_OVERLAP).asDeclared();

    static final Section SECTION = KEYS.build();

    private ScoringKeys() {}

    /** Returns how entropy is computed. */
    public static ScoringOptions options(Values values) {
        return ScoringOptions.builder()
                .topK(values.get(TOP_K))
                .renormalise(values.get(KIND) == Kind.RENORMALISED)
                .build();
    }
}
