package org.rpt4j.core.pipeline;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.scoring.WindowOptions;
import org.rpt4j.core.task.TaskSelection;

/**
 * Settings of {@link TaskPipeline}. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class PipelineSettings {

    public static final Setting<TaskSelection> SELECTION = Setting.<TaskSelection>of("selection", TaskSelection.class)
            .says("Which positions become tasks.")
            .orNone();

    public static final Setting<ScoringOptions> SCORING = Setting.<ScoringOptions>of("scoring", ScoringOptions.class)
            .says("How the entropy of the proxy is computed.")
            .or(ScoringOptions.DEFAULTS);

    public static final Setting<Integer> WINDOW_TOKENS = Setting.whole("window-tokens", Range.atLeast(2))
            .says("Maximum number of tokens that the proxy sees at once; fewer if its context is shorter.")
            .in("tokens")
            .or(4096);

    public static final Setting<Integer> WINDOW_OVERLAP = Setting.whole("window-overlap", Range.atLeast(0))
            .says("Tokens that a window repeats from the one before; 0 repeats half of a window.")
            .in("tokens")
            .or(0);

    public static final Setting<DocumentSplit> SPLIT = Setting.<DocumentSplit>of("split", DocumentSplit.class)
            .says("Which documents are held out from training.")
            .or(new DocumentSplit(DocumentSplit.HELD_OUT_SHARE.byDefault(), 0));

    public static final Setting<Integer> MAX_DOCUMENTS = Setting.whole("max-documents", Range.atLeast(1))
            .says("Maximum number of documents to read, from the start of the corpus.")
            .in("documents")
            .or(Integer.MAX_VALUE);

    public static final Setting<Integer> TOKENIZER_THREADS = Setting.whole("tokenizer-threads", Range.between(1, 256))
            .says("Number of threads that tokenize the corpus while it is being scored. One keeps up with any model on"
                    + " a CPU. It has no influence on the result.")
            .in("threads")
            .or(1);

    private final TaskSelection selection;
    private final ScoringOptions scoring;
    private final int windowTokens;
    private final int windowOverlap;
    private final DocumentSplit split;
    private final int maxDocuments;
    private final int tokenizerThreads;

    private PipelineSettings(Builder builder) {
        this.selection = builder.selection;
        this.scoring = builder.scoring;
        this.windowTokens = builder.windowTokens;
        this.windowOverlap = builder.windowOverlap;
        this.split = builder.split;
        this.maxDocuments = builder.maxDocuments;
        this.tokenizerThreads = builder.tokenizerThreads;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param selection see {@link PipelineSettings#selection}
     */
    public static Builder builder(TaskSelection selection) {
        return new Builder(selection);
    }

    /**
     * All documents, a tenth of them held out, scored as in the paper in windows of 4096 tokens that overlap by half.
     */
    public static PipelineSettings of(TaskSelection selection) {
        return builder(selection).build();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Which positions become tasks. */
    public TaskSelection selection() {
        return selection;
    }

    /** How the proxy's entropy is computed. */
    public ScoringOptions scoring() {
        return scoring;
    }

    /** Maximum number of tokens that the proxy sees at once; fewer if its context is shorter. */
    public int windowTokens() {
        return windowTokens;
    }

    /** Tokens that a window repeats from the one before; 0 repeats half of a window. */
    public int windowOverlap() {
        return windowOverlap;
    }

    /** Which documents are held out from training. */
    public DocumentSplit split() {
        return split;
    }

    /** Maximum number of documents to read from the start of the corpus. */
    public int maxDocuments() {
        return maxDocuments;
    }

    /** Number of threads that tokenize ahead of the proxy. */
    public int tokenizerThreads() {
        return tokenizerThreads;
    }

    /** All settings that determine which positions are selected, by name, with the resulting windows and the proxy. */
    Map<String, String> describe(WindowOptions windows, ProxyScorer proxy, VocabularyFingerprint proxyVocabulary) {
        Map<String, Object> settings = new TreeMap<>();
        settings.put("selector", selection.selector().describe());
        settings.put("min-context-tokens", selection.minContextTokens());
        settings.put("max-positions-per-document", selection.maxPositionsPerDocument());
        settings.put("continuation-tokens", selection.continuationTokens());
        settings.put("selection-seed", selection.seed());
        settings.put("entropy-top-k", scoring.topK());
        settings.put("entropy-renormalised", scoring.renormalise());
        if (scoring.candidates() > 0) {
            settings.put("candidates", scoring.candidates());
        }
        settings.put("window-tokens", windows.windowTokens());
        settings.put("window-overlap-tokens", windows.overlapTokens());
        settings.put("max-documents", maxDocuments);
        settings.put("proxy-architecture", proxy.description().architecture());
        settings.put("proxy-parameters", proxy.description().parameterCount());
        proxy.identity().ifPresent(identity -> settings.put("proxy-identity", identity));
        settings.put("proxy-vocabulary", proxyVocabulary.summary());
        return settings.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, setting -> String.valueOf(setting.getValue())));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PipelineSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "PipelineSettings" + values();
    }

    private List<Assigned> values() {
        return List.of(
                SELECTION.is(selection),
                SCORING.is(scoring),
                WINDOW_TOKENS.is(windowTokens),
                WINDOW_OVERLAP.is(windowOverlap),
                SPLIT.is(split),
                MAX_DOCUMENTS.is(maxDocuments),
                TOKENIZER_THREADS.is(tokenizerThreads));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private TaskSelection selection;
        private ScoringOptions scoring = SCORING.byDefault();
        private int windowTokens = WINDOW_TOKENS.byDefault();
        private int windowOverlap = WINDOW_OVERLAP.byDefault();
        private DocumentSplit split = SPLIT.byDefault();
        private int maxDocuments = MAX_DOCUMENTS.byDefault();
        private int tokenizerThreads = TOKENIZER_THREADS.byDefault();

        private Builder(TaskSelection selection) {
            this.selection = SELECTION.check(selection);
        }

        private Builder(PipelineSettings values) {
            this.selection = values.selection;
            this.scoring = values.scoring;
            this.windowTokens = values.windowTokens;
            this.windowOverlap = values.windowOverlap;
            this.split = values.split;
            this.maxDocuments = values.maxDocuments;
            this.tokenizerThreads = values.tokenizerThreads;
        }

        public Builder selection(TaskSelection selection) {
            this.selection = SELECTION.check(selection);
            return this;
        }

        public Builder scoring(ScoringOptions scoring) {
            this.scoring = SCORING.check(scoring);
            return this;
        }

        public Builder windowTokens(int windowTokens) {
            this.windowTokens = WINDOW_TOKENS.check(windowTokens);
            return this;
        }

        public Builder windowOverlap(int windowOverlap) {
            this.windowOverlap = WINDOW_OVERLAP.check(windowOverlap);
            return this;
        }

        public Builder split(DocumentSplit split) {
            this.split = SPLIT.check(split);
            return this;
        }

        public Builder maxDocuments(int maxDocuments) {
            this.maxDocuments = MAX_DOCUMENTS.check(maxDocuments);
            return this;
        }

        public Builder tokenizerThreads(int tokenizerThreads) {
            this.tokenizerThreads = TOKENIZER_THREADS.check(tokenizerThreads);
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public PipelineSettings build() {
            new Conflicts()
                    .when(
                            windowOverlap >= windowTokens,
                            "a window must be longer than its overlap. Lower the overlap.",
                            WINDOW_OVERLAP.is(windowOverlap),
                            WINDOW_TOKENS.is(windowTokens))
                    .refuse();
            return new PipelineSettings(this);
        }
    }
}
