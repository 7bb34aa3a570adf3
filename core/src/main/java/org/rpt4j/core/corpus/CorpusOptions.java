package org.rpt4j.core.corpus;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How corpus files are read. By default, plain text is split at lines that contain only {@code <|endoftext|>}, and JSON
 * lines and Parquet have their text in the field {@code text}. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class CorpusOptions {

    public static final Setting<TextSplitting> SPLITTING = Setting.<TextSplitting>of("splitting", TextSplitting.class)
            .says("Plain text files: where documents end.")
            .or(TextSplitting.SEPARATOR_LINE);

    public static final Setting<String> SEPARATOR = Setting.<String>of("separator", String.class)
            .mustBe("one line, not blank", line -> !line.isBlank() && line.indexOf('\n') < 0)
            .says("Plain text files: the line between documents.")
            .or("<|endoftext|>");

    public static final Setting<Integer> MINIMUM_CHARACTERS = Setting.whole("minimum-characters", Range.atLeast(0))
            .says("Plain text files: blocks are joined until a document has this length.")
            .in("characters")
            .or(0);

    public static final Setting<List<String>> TEXT_FIELDS = Setting.<List<String>>of("text-fields", List.class)
            .mustBe("at least one field that holds text", fields -> !fields.isEmpty())
            .says("Fields of a JSON line, or columns of a Parquet file, that make up the text, in this order.")
            .or(List.of("text"));

    public static final Setting<String> FIELD_SEPARATOR = Setting.<String>of("field-separator", String.class)
            .says("What stands between the fields.")
            .or("\n\n");

    public static final Setting<TargetFields> TARGET_FIELDS = Setting.<TargetFields>of(
                    "target-fields", TargetFields.class)
            .says("Which of several fields hold tokens to predict.")
            .or(TargetFields.ALL);

    public static final Setting<Integer> MAX_DOCUMENT_BYTES = Setting.whole("max-document-bytes", Range.atLeast(1))
            .says("Maximum number of bytes of a line and of a document: the bound on memory.")
            .in("bytes")
            .or(1 << 26);

    public static final Setting<Integer> TOLERATED_BAD_LINES = Setting.whole("tolerated-bad-lines", Range.atLeast(0))
            .says("How many lines that hold no document are skipped and reported; one more ends the run.")
            .in("lines")
            .or(0);

    /** The highest {@link #maxWindowLog()}: 2 GiB, the limit of zstd. */
    static final int HIGHEST_WINDOW_LOG = 31;

    public static final Setting<Format> FORMAT = Setting.<Format>of("format", Format.class)
            .says("What the files hold, whatever their names: text, JSON lines or Parquet.")
            .or(Format.BY_NAME);

    public static final Setting<Boolean> UNIFY_LINE_ENDS = Setting.<Boolean>of("unify-line-ends", Boolean.class)
            .says("Plain text files: whether a line may end in CR LF, which is read as LF. Otherwise the CR is text.")
            .or(false);

    public static final Setting<Integer> MAX_WINDOW_LOG = Setting.whole(
                    "max-window-log", Range.between(10, HIGHEST_WINDOW_LOG))
            .says("Maximum window of a .zst file, as in zstd --long=N, and dictionary of an .xz file: decompression"
                    + " holds 2^N bytes.")
            .in("power of two of bytes")
            .or(27);

    /** Separator lines {@code <|endoftext|>}; the field {@code text}; 64 MiB per document; no bad line. */
    public static final CorpusOptions DEFAULTS = builder().build();

    private final TextSplitting splitting;
    private final String separator;
    private final int minimumCharacters;
    private final List<String> textFields;
    private final String fieldSeparator;
    private final TargetFields targetFields;
    private final int maxDocumentBytes;
    private final int toleratedBadLines;
    private final Format format;
    private final boolean unifyLineEnds;
    private final int maxWindowLog;
    private final @Nullable Path root;

    private CorpusOptions(Builder builder) {
        this.splitting = builder.splitting;
        this.separator = builder.separator;
        this.minimumCharacters = builder.minimumCharacters;
        this.textFields = builder.textFields;
        this.fieldSeparator = builder.fieldSeparator;
        this.targetFields = builder.targetFields;
        this.maxDocumentBytes = builder.maxDocumentBytes;
        this.toleratedBadLines = builder.toleratedBadLines;
        this.format = builder.format;
        this.unifyLineEnds = builder.unifyLineEnds;
        this.maxWindowLog = builder.maxWindowLog;
        this.root = builder.root;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Where documents of a plain text file end. */
    public TextSplitting splitting() {
        return splitting;
    }

    /** The line that separates documents under {@link TextSplitting#SEPARATOR_LINE}. */
    public String separator() {
        return separator;
    }

    /**
     * Minimum length of a document under {@link TextSplitting#BLANK_LINES}, except the last; 0 makes every block a
     * document.
     */
    public int minimumCharacters() {
        return minimumCharacters;
    }

    /** Fields of a JSON line, or columns of a Parquet file, that make up the text, in this order; at least one. */
    public List<String> textFields() {
        return textFields;
    }

    /** The separator between the strings of several fields. */
    public String fieldSeparator() {
        return fieldSeparator;
    }

    /** Which of several fields hold tokens to predict. */
    public TargetFields targetFields() {
        return targetFields;
    }

    /** Maximum number of bytes of a line and of a document: the bound on memory, for compressed files too. */
    public int maxDocumentBytes() {
        return maxDocumentBytes;
    }

    /** Number of invalid lines that a pass over all files may skip; one more ends the pass. */
    public int toleratedBadLines() {
        return toleratedBadLines;
    }

    /** What the files hold. */
    public Format format() {
        return format;
    }

    /** Whether CR LF at the end of a line of plain text is read as LF. Otherwise lines are kept as they are. */
    public boolean unifyLineEnds() {
        return unifyLineEnds;
    }

    /** Power of two of the memory in bytes that a {@code .zst} window or {@code .xz} dictionary may take. */
    public int maxWindowLog() {
        return maxWindowLog;
    }

    /** The folder above all files at which the ids of documents begin; empty if they begin with the file's name. */
    public Optional<Path> root() {
        return Optional.ofNullable(root);
    }

    /** Builds the document from the strings of the text fields. */
    Document join(String id, List<String> parts) {
        String text = String.join(fieldSeparator, parts);
        int last = text.length() - parts.get(parts.size() - 1).length();
        return new Document(id, text, targetFields == TargetFields.LAST ? last : 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CorpusOptions that && values().equals(that.values()) && Objects.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values(), root);
    }

    @Override
    public String toString() {
        return "CorpusOptions" + values() + (root == null ? "" : " below " + root);
    }

    private List<Assigned> values() {
        return List.of(
                SPLITTING.is(splitting),
                SEPARATOR.is(separator),
                MINIMUM_CHARACTERS.is(minimumCharacters),
                TEXT_FIELDS.is(textFields),
                FIELD_SEPARATOR.is(fieldSeparator),
                TARGET_FIELDS.is(targetFields),
                MAX_DOCUMENT_BYTES.is(maxDocumentBytes),
                TOLERATED_BAD_LINES.is(toleratedBadLines),
                FORMAT.is(format),
                UNIFY_LINE_ENDS.is(unifyLineEnds),
                MAX_WINDOW_LOG.is(maxWindowLog));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private TextSplitting splitting = SPLITTING.byDefault();
        private String separator = SEPARATOR.byDefault();
        private int minimumCharacters = MINIMUM_CHARACTERS.byDefault();
        private List<String> textFields = TEXT_FIELDS.byDefault();
        private String fieldSeparator = FIELD_SEPARATOR.byDefault();
        private TargetFields targetFields = TARGET_FIELDS.byDefault();
        private int maxDocumentBytes = MAX_DOCUMENT_BYTES.byDefault();
        private int toleratedBadLines = TOLERATED_BAD_LINES.byDefault();
        private Format format = FORMAT.byDefault();
        private boolean unifyLineEnds = UNIFY_LINE_ENDS.byDefault();
        private int maxWindowLog = MAX_WINDOW_LOG.byDefault();
        private @Nullable Path root;

        private Builder() {}

        private Builder(CorpusOptions values) {
            this.splitting = values.splitting;
            this.separator = values.separator;
            this.minimumCharacters = values.minimumCharacters;
            this.textFields = values.textFields;
            this.fieldSeparator = values.fieldSeparator;
            this.targetFields = values.targetFields;
            this.maxDocumentBytes = values.maxDocumentBytes;
            this.toleratedBadLines = values.toleratedBadLines;
            this.format = values.format;
            this.unifyLineEnds = values.unifyLineEnds;
            this.maxWindowLog = values.maxWindowLog;
            this.root = values.root;
        }

        public Builder splitting(TextSplitting splitting) {
            this.splitting = SPLITTING.check(splitting);
            return this;
        }

        public Builder separator(String separator) {
            this.separator = SEPARATOR.check(separator);
            return this;
        }

        public Builder minimumCharacters(int minimumCharacters) {
            this.minimumCharacters = MINIMUM_CHARACTERS.check(minimumCharacters);
            return this;
        }

        public Builder textFields(List<String> textFields) {
            this.textFields = List.copyOf(TEXT_FIELDS.check(textFields));
            return this;
        }

        public Builder fieldSeparator(String fieldSeparator) {
            this.fieldSeparator = FIELD_SEPARATOR.check(fieldSeparator);
            return this;
        }

        public Builder targetFields(TargetFields targetFields) {
            this.targetFields = TARGET_FIELDS.check(targetFields);
            return this;
        }

        public Builder maxDocumentBytes(int maxDocumentBytes) {
            this.maxDocumentBytes = MAX_DOCUMENT_BYTES.check(maxDocumentBytes);
            return this;
        }

        public Builder toleratedBadLines(int toleratedBadLines) {
            this.toleratedBadLines = TOLERATED_BAD_LINES.check(toleratedBadLines);
            return this;
        }

        public Builder format(Format format) {
            this.format = FORMAT.check(format);
            return this;
        }

        public Builder unifyLineEnds(boolean unifyLineEnds) {
            this.unifyLineEnds = UNIFY_LINE_ENDS.check(unifyLineEnds);
            return this;
        }

        public Builder maxWindowLog(int maxWindowLog) {
            this.maxWindowLog = MAX_WINDOW_LOG.check(maxWindowLog);
            return this;
        }

        /** Sets the folder at which ids begin; null if they begin with the file's name. */
        public Builder root(@Nullable Path root) {
            this.root = root;
            return this;
        }

        /** Splits plain text at blank lines into documents of at least {@code characters} characters. */
        public Builder blankLines(int characters) {
            return splitting(TextSplitting.BLANK_LINES).minimumCharacters(characters);
        }

        /** Takes the text from one field, or joins it from several, such as a problem and its solution. */
        public Builder textFields(String... fields) {
            return textFields(List.of(fields));
        }

        /** Builds the options. */
        public CorpusOptions build() {
            return new CorpusOptions(this);
        }
    }

    /**
     * What corpus files hold.
     *
     * @since 0.1.0
     */
    public enum Format {
        /** JSON lines in files that end in .jsonl, .ndjson or .json, Parquet in .parquet, and text in all others. */
        BY_NAME,
        /** Plain text. */
        TEXT,
        /** One JSON object per line. */
        JSON_LINES,
        /** Parquet. */
        PARQUET
    }

    /**
     * Which fields of a JSON line hold tokens to predict. The paper's corpus has problems and solutions, and the paper does
     * not say which of them it predicts.
     *
     * @since 0.1.0
     */
    public enum TargetFields {
        /** Every field: both a problem and its solution are predicted. */
        ALL,
        /** The last field, such as a solution; the fields before it, such as the problem, are context. */
        LAST
    }

    /**
     * Where one document of a plain text file ends and the next begins.
     *
     * @since 0.1.0
     */
    public enum TextSplitting {
        /**
         * A line that contains only {@link CorpusOptions#separator()} ends a document. A file without such a line is one
         * document.
         */
        SEPARATOR_LINE,
        /**
         * Blank lines end a block, and blocks are joined with their blank lines until a document has
         * {@link CorpusOptions#minimumCharacters()}.
         */
        BLANK_LINES,
        /** The file is one document. */
        WHOLE_FILE
    }
}
