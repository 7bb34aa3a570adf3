package org.rpt4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.TargetFields;
import picocli.CommandLine.Option;

/** The options that name the text. */
final class CorpusChoice {

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            required = true,
            description = "Text in UTF-8: JSON lines (.jsonl, .json), or plain text whose documents are separated "
                    + "by lines that hold only <|endoftext|>.")
    private Path file;

    @Option(
            names = "--text-field",
            paramLabel = "NAME",
            defaultValue = "text",
            description = "JSON field that holds the text (default: ${DEFAULT-VALUE}). Give it again to join "
                    + "several fields, such as a problem and its solution, with a blank line between them.")
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

    Corpus open() {
        return Corpora.open(
                file,
                CorpusOptions.DEFAULTS
                        .withTextFields(textFields.toArray(String[]::new))
                        .withTargetFields(targets));
    }

    int maxDocuments() {
        return maxDocuments;
    }
}
