package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code corpus.*}: the text and how it is read.
 *
 * @since 0.1.0
 */
public final class CorpusKeys {

    private static final Section.Builder KEYS = Section.of("corpus", "The text and how it is read");

    public static final Key<List<String>> FILES = KEYS.key("files", Lists.of(Texts.GLOB))
            .says("UTF-8 text files, or globs such as corpus/**.jsonl.gz. Files that end in .jsonl, .ndjson or .json"
                    + " are JSON Lines, .parquet is Parquet, everything else is plain text; .gz, .zst, .bz2 and .xz"
                    + " are decompressed.")
            .onlyWith(TaskKeys.OF_TEXT, values -> !TaskKeys.areAnswers(values))
            .orNothing("tasks come from corpus.dataset");

    public static final Key<Path> ROOT = KEYS.key("root", Texts.PATH)
            .says("A folder above all files. Ids of documents, and so the held-out split, begin with a file's path"
                    + " below it.")
            .orNothing("they begin with the file's own name, which must then be unique");

    public static final Key<CorpusOptions.Format> FORMAT =
            KEYS.key(CorpusOptions.FORMAT).asDeclared();

    public static final Key<Path> DATASET = KEYS.key("dataset", Texts.PATH)
            .says("File of hard tokens. With corpus.files, a missing file is written, and an existing file is"
                    + " reused if it was made from the same text by the same proxy and settings; any other file"
                    + " is an error. Without corpus.files the file is used as is.")
            .onlyWith(TaskKeys.OF_SCORED_TEXT, TaskKeys::areScored)
            .orNothing("every run scores the corpus");

    public static final Key<List<String>> TEXT_FIELDS = KEYS.key(
                    CorpusOptions.TEXT_FIELDS.name(), Lists.of(Texts.NAME), CorpusOptions.TEXT_FIELDS)
            .asDeclared();

    public static final Key<CorpusJoin> JOIN = KEYS.key("join", Texts.oneOf(CorpusJoin.class))
            .partOf(CorpusOptions.TARGET_FIELDS)
            .says("How the fields are joined into a text: one field, or several of which all or only the last"
                    + " hold tokens to predict.")
            .after("unspecified by the paper")
            .or(CorpusJoin.PLAIN);

    public static final Key<String> FIELD_SEPARATOR = KEYS.key(CorpusOptions.FIELD_SEPARATOR)
            .onlyWith("corpus.join is not PLAIN", values -> values.get(JOIN) != CorpusJoin.PLAIN)
            .asDeclared();

    public static final Key<CorpusOptions.TextSplitting> SPLITTING =
            KEYS.key(CorpusOptions.SPLITTING).asDeclared();

    public static final Key<String> SEPARATOR = KEYS.key(CorpusOptions.SEPARATOR)
            .onlyWith(
                    "corpus.splitting is SEPARATOR_LINE",
                    values -> values.get(SPLITTING) == CorpusOptions.TextSplitting.SEPARATOR_LINE)
            .asDeclared();

    public static final Key<Integer> MIN_CHARACTERS = KEYS.key("min-characters", CorpusOptions.MINIMUM_CHARACTERS)
            .onlyWith(
                    "corpus.splitting is BLANK_LINES",
                    values -> values.get(SPLITTING) == CorpusOptions.TextSplitting.BLANK_LINES)
            .asDeclared();

    public static final Key<Boolean> UNIFY_LINE_ENDS =
            KEYS.key(CorpusOptions.UNIFY_LINE_ENDS).asDeclared();

    public static final Key<Integer> MAX_WINDOW_LOG =
            KEYS.key(CorpusOptions.MAX_WINDOW_LOG).asDeclared();

    public static final Key<Integer> MAX_DOCUMENT_BYTES =
            KEYS.key(CorpusOptions.MAX_DOCUMENT_BYTES).asDeclared();

    public static final Key<Integer> MAX_DOCUMENTS =
            KEYS.key(PipelineSettings.MAX_DOCUMENTS).asDeclared();

    public static final Key<Integer> TOKENIZER_THREADS =
            KEYS.key(PipelineSettings.TOKENIZER_THREADS).asDeclared();

    public static final Key<Integer> TOLERATED_BAD_LINES =
            KEYS.key(CorpusOptions.TOLERATED_BAD_LINES).asDeclared();

    public static final Key<Double> HELD_OUT_SHARE =
            KEYS.key(DocumentSplit.HELD_OUT_SHARE).asDeclared();

    public static final Key<Long> SPLIT_SEED =
            KEYS.key("split-seed", DocumentSplit.SEED).orFrom(RunKeys.SEED);

    static final Section SECTION = KEYS.build();

    private CorpusKeys() {}

    /** Returns the settings for reading files. */
    public static CorpusOptions options(Values values) {
        return CorpusOptions.builder()
                .root(values.find(ROOT).orElse(null))
                .format(values.get(FORMAT))
                .unifyLineEnds(values.get(UNIFY_LINE_ENDS))
                .maxWindowLog(values.get(MAX_WINDOW_LOG))
                .splitting(values.get(SPLITTING))
                .separator(values.get(SEPARATOR))
                .minimumCharacters(values.get(MIN_CHARACTERS))
                .textFields(values.get(TEXT_FIELDS))
                .fieldSeparator(values.get(FIELD_SEPARATOR))
                .targetFields(values.get(JOIN).targets())
                .maxDocumentBytes(values.get(MAX_DOCUMENT_BYTES))
                .toleratedBadLines(values.get(TOLERATED_BAD_LINES))
                .build();
    }

    /** Returns whether tasks are made from a corpus, which a proxy then scores. */
    public static boolean areScored(Values values) {
        return TaskKeys.areScored(values) && values.find(FILES).isPresent();
    }

    /** Returns whether a dataset of hard tokens is read or written, if one is named. */
    public static boolean isDatasetUsed(Values values) {
        return TaskKeys.areScored(values);
    }

    /** Returns which documents are held out. */
    public static DocumentSplit split(Values values) {
        return new DocumentSplit(values.get(HELD_OUT_SHARE), values.get(SPLIT_SEED));
    }
}
