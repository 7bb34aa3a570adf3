package org.rpt4j.samples.cli;

import org.rpt4j.api.ScoringOptions;
import picocli.CommandLine.Option;

/** The options that say how entropy is computed. */
final class ScoringChoice {

    /** What the command line calls the two kinds of entropy. */
    enum Kind {
        RENORMALISED,
        PLAIN
    }

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
    private Kind kind;

    @Option(
            names = "--window-overlap",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tokens that a window repeats from the one before, where a document is longer than the "
                    + "context window of the scoring model or than 4096 tokens (default: half of the window).")
    private int windowOverlap;

    ScoringOptions options() {
        return new ScoringOptions(topK, kind == Kind.RENORMALISED);
    }

    int windowOverlap() {
        return windowOverlap;
    }
}
