package org.rpt4j.cli;

import java.util.List;
import org.rpt4j.core.corpus.Corpus;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name the text. */
final class CorpusChoice {

    static final String DESCRIPTION = "Text in UTF-8: JSON lines (.jsonl, .json), Parquet (.parquet), or plain text "
            + "whose documents are separated by lines that hold only <|endoftext|>; .gz and .zst are unpacked. A glob "
            + "in quotes, such as 'corpus/**.jsonl.gz', names many files. May be given again.";

    @Option(names = "--corpus", paramLabel = "FILE", required = true, description = DESCRIPTION)
    private List<String> files;

    @Mixin
    private TextChoice text;

    Corpus open() {
        return text.open(files);
    }

    int maxDocuments() {
        return text.maxDocuments();
    }
}
