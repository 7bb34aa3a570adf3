package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.corpus.TextSplitting;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code corpus.*}: which text, and how it is read. */
public final class CorpusKeys {

    private static final Section.Builder KEYS = Section.of("corpus", "Which text, and how it is read");
    private static final String PLAIN_TEXT = "Of plain text files: ";

    public static final Key<List<String>> FILES = KEYS.key("files", Lists.of(Texts.GLOB))
            .says("Files of text in UTF-8, or globs such as corpus/**.jsonl.gz: .jsonl and .json are JSON lines,"
                    + " .parquet is Parquet, everything else is plain text; .gz and .zst are unpacked.")
            .orNothing("tasks come from corpus.dataset");

    public static final Key<Path> DATASET = KEYS.key("dataset", Texts.PATH)
            .says("A file with hard tokens. With corpus.files it is written if it is not there, and otherwise used"
                    + " if it was made from the same text by the same proxy and settings; one that was not is an"
                    + " error. Without corpus.files it is taken as it is.")
            .orNothing("the corpus is scored in every run");

    public static final Key<List<String>> TEXT_FIELDS = KEYS.key("text-fields", Lists.of(Texts.NAME))
            .says("Fields of a JSON line, or columns of a Parquet file, that make up the text, in this order.")
            .or(CorpusOptions.DEFAULTS.textFields());

    public static final Key<CorpusJoin> JOIN = KEYS.key("join", Texts.oneOf(CorpusJoin.class))
            .says("How the fields become a text: one field, or several of which all or only the last hold tokens to"
                    + " predict.")
            .after("unspecified by the paper")
            .or(CorpusJoin.PLAIN);

    public static final Key<String> FIELD_SEPARATOR = KEYS.key("field-separator", Texts.ANY)
            .says("What stands between the fields.")
            .onlyWith("corpus.join is not PLAIN", values -> values.get(JOIN) != CorpusJoin.PLAIN)
            .or(CorpusOptions.DEFAULTS.fieldSeparator());

    public static final Key<TextSplitting> SPLITTING = KEYS.key("splitting", Texts.oneOf(TextSplitting.class))
            .says(PLAIN_TEXT + "where documents end.")
            .or(CorpusOptions.DEFAULTS.splitting());

    public static final Key<String> SEPARATOR = KEYS.key("separator", Texts.NAME)
            .says(PLAIN_TEXT + "the line between documents.")
            .onlyWith(
                    "corpus.splitting is SEPARATOR_LINE",
                    values -> values.get(SPLITTING) == TextSplitting.SEPARATOR_LINE)
            .or(CorpusOptions.DEFAULTS.separator());

    public static final Key<Integer> MIN_CHARACTERS = KEYS.key("min-characters", Numbers.whole(0))
            .says(PLAIN_TEXT + "blocks are joined until a document has this length.")
            .in("characters")
            .onlyWith("corpus.splitting is BLANK_LINES", values -> values.get(SPLITTING) == TextSplitting.BLANK_LINES)
            .or(CorpusOptions.DEFAULTS.minimumCharacters());

    public static final Key<Integer> MAX_DOCUMENT_BYTES = KEYS.key("max-document-bytes", Numbers.whole(1))
            .says("Most bytes of a line and of a document: the bound on memory.")
            .in("bytes")
            .or(CorpusOptions.DEFAULTS.maxDocumentBytes());

    public static final Key<Integer> MAX_DOCUMENTS = KEYS.key("max-documents", Numbers.whole(1))
            .says("Only so many documents are read, from the start.")
            .in("documents")
            .or(Integer.MAX_VALUE);

    public static final Key<Integer> TOLERATED_BAD_LINES = KEYS.key("tolerated-bad-lines", Numbers.whole(0))
            .says("So many lines that hold no document are passed over and reported; one more ends the run.")
            .in("lines")
            .or(CorpusOptions.DEFAULTS.toleratedBadLines());

    public static final Key<Double> HELD_OUT_SHARE = KEYS.key(
                    "held-out-share", Numbers.real(Range.atLeast(0).below(1)))
            .says("Share of documents that are evaluated and never trained on.")
            .after("paper: 200 held-out samples")
            .or(0.1);

    public static final Key<Long> SPLIT_SEED = KEYS.key("split-seed", Numbers.wholeLong(Long.MIN_VALUE))
            .says("Chooses the held-out documents.")
            .orFrom("run.seed", values -> values.get(RunKeys.SEED));

    static final Section SECTION = KEYS.build();

    private CorpusKeys() {}

    /** How files are read. */
    public static CorpusOptions options(Values values) {
        return new CorpusOptions(
                values.get(SPLITTING),
                values.get(SEPARATOR),
                values.get(MIN_CHARACTERS),
                values.get(TEXT_FIELDS),
                values.get(FIELD_SEPARATOR),
                values.get(JOIN).targets(),
                values.get(MAX_DOCUMENT_BYTES),
                values.get(TOLERATED_BAD_LINES));
    }

    /** Which documents are held out. */
    public static DocumentSplit split(Values values) {
        return new DocumentSplit(values.get(HELD_OUT_SHARE), values.get(SPLIT_SEED));
    }
}
