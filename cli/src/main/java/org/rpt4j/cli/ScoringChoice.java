package org.rpt4j.cli;

import org.rpt4j.api.ScoringOptions;
import org.rpt4j.run.config.section.ScoringKeys;
import picocli.CommandLine.Option;

/** The options that say how entropy is computed. */
final class ScoringChoice {

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "16",
            description = "Entropy is that of the K most probable next tokens (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--entropy",
            paramLabel = "KIND",
            defaultValue = "renormalised",
            description = "renormalised: of the K tokens among themselves, at most ln K. plain: their part of the "
                    + "entropy of all tokens (default: ${DEFAULT-VALUE}).")
    private ScoringKeys.Kind kind;

    @Option(
            names = "--window-overlap",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tokens that a window repeats from the one before, where a document is longer than the "
                    + "context window of the scoring model or than 4096 tokens (default: half of the window).")
    private int windowOverlap;

    void configure(CommandSettings settings) {
        settings.set("--top-k", ScoringKeys.TOP_K, topK);
        settings.set("--entropy", ScoringKeys.KIND, kind);
        settings.set("--window-overlap", ScoringKeys.WINDOW_OVERLAP, windowOverlap);
    }

    ScoringOptions options() {
        return ScoringOptions.builder()
                .topK(topK)
                .renormalise(kind == ScoringKeys.Kind.RENORMALISED)
                .build();
    }

    int windowOverlap() {
        return windowOverlap;
    }
}
