package org.rpt4j.run.config.section;

import org.rpt4j.api.ScoringOptions;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code scoring.*}: how the proxy measures how hard a token is. */
public final class ScoringKeys {

    /** Which sum over the most probable next tokens is the entropy. */
    public enum Kind {
        /** Of these tokens among themselves: 0 to ln k nats. */
        RENORMALISED,
        /** Their part of the entropy of all tokens. */
        PLAIN
    }

    private static final Section.Builder KEYS = Section.of("scoring", "How the proxy measures how hard a token is")
            .onlyWith("corpus.files is given", values -> values.isGiven(CorpusKeys.FILES));

    public static final Key<Integer> TOP_K = KEYS.key("top-k", Numbers.whole(1))
            .says("Entropy is that of so many most probable next tokens.")
            .in("tokens")
            .after("section 3.3: 16")
            .or(ScoringOptions.DEFAULTS.topK());

    public static final Key<Kind> KIND = KEYS.key("kind", Texts.oneOf(Kind.class))
            .says("RENORMALISED: of these tokens among themselves, at most ln k. PLAIN: their part of the entropy of"
                    + " all tokens.")
            .after("unspecified by the paper")
            .or(Kind.RENORMALISED);

    public static final Key<Integer> WINDOW_TOKENS = KEYS.key("window-tokens", Numbers.whole(2))
            .says("Most tokens that the proxy sees at once; less where its context is shorter.")
            .in("tokens")
            .or(4096);

    public static final Key<Integer> WINDOW_OVERLAP = KEYS.key("window-overlap", Numbers.whole(0))
            .says("Tokens that a window repeats from the one before; 0 repeats half of a window.")
            .in("tokens")
            .or(0);

    static final Section SECTION = KEYS.build();

    private ScoringKeys() {}

    /** How entropy is computed. */
    public static ScoringOptions options(Values values) {
        return new ScoringOptions(values.get(TOP_K), values.get(KIND) == Kind.RENORMALISED);
    }
}
