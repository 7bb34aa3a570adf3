package org.rpt4j.cli;

import java.util.List;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.TargetFields;
import org.rpt4j.run.config.section.CorpusJoin;
import org.rpt4j.run.config.section.CorpusKeys;
import picocli.CommandLine.Option;

/** The options that say how the text is read. */
final class TextChoice {

    @Option(
            names = "--text-field",
            paramLabel = "NAME",
            defaultValue = "text",
            description = "JSON field or Parquet column that holds the text (default: ${DEFAULT-VALUE}). Give it again "
                    + "to join several, such as a problem and its solution, with a blank line between them.")
    private List<String> textFields;

    @Option(
            names = "--targets",
            paramLabel = "FIELDS",
            defaultValue = "all",
            description = "With several text fields: predict tokens of all of them, or of the last one and take the "
                    + "others as context: all, last (default: ${DEFAULT-VALUE}).")
    private TargetFields targets;

    @Option(
            names = "--limit-documents",
            paramLabel = "N",
            defaultValue = "2147483647",
            description = "Read only the first N documents (default: all).")
    private int maxDocuments;

    @Option(
            names = "--bad-lines",
            paramLabel = "N",
            defaultValue = "0",
            description = "Pass over so many lines that hold no document; one more ends the command "
                    + "(default: ${DEFAULT-VALUE}).")
    private int badLines;

    Corpus open(List<String> patterns) {
        return Corpora.open(
                patterns,
                CorpusOptions.DEFAULTS.toBuilder()
                        .textFields(textFields.toArray(String[]::new))
                        .targetFields(targets)
                        .toleratedBadLines(badLines)
                        .build());
    }

    void configure(CommandSettings settings) {
        settings.set("--text-field", CorpusKeys.TEXT_FIELDS, textFields);
        settings.set("--targets", CorpusKeys.JOIN, join());
        settings.set("--limit-documents", CorpusKeys.MAX_DOCUMENTS, maxDocuments);
        settings.set("--bad-lines", CorpusKeys.TOLERATED_BAD_LINES, badLines);
    }

    private CorpusJoin join() {
        if (textFields.size() == 1) {
            return CorpusJoin.PLAIN;
        }
        return targets == TargetFields.LAST ? CorpusJoin.SOLUTION_TARGETS_ONLY : CorpusJoin.PROBLEM_AND_SOLUTION;
    }

    int maxDocuments() {
        return maxDocuments;
    }
}
