package org.rpt4j.core.pipeline;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.WindowOptions;

/**
 * Settings of {@link TaskPipeline}.
 *
 * @param selection which positions become tasks
 * @param scoring how the proxy's entropy is computed
 * @param windowTokens most tokens that the proxy sees at once; less where its context is shorter
 * @param windowOverlap tokens that a window repeats from the one before; 0 repeats half of a window
 * @param split which documents are kept out of training
 * @param maxDocuments documents that are read from the start of the corpus; the rest is ignored
 */
public record PipelineSettings(
        TaskSelection selection,
        ScoringOptions scoring,
        int windowTokens,
        int windowOverlap,
        DocumentSplit split,
        int maxDocuments) {

    private static final int DEFAULT_WINDOW = 4096;
    private static final double DEFAULT_HELD_OUT = 0.1;

    public PipelineSettings {
        if (windowTokens < 2) {
            throw new IllegalArgumentException("windowTokens is " + windowTokens + ", must be at least 2");
        }
        if (windowOverlap < 0) {
            throw new IllegalArgumentException(
                    "windowOverlap is " + windowOverlap + ", must be 0 (half of a window) or positive");
        }
        if (maxDocuments < 1) {
            throw new IllegalArgumentException("maxDocuments is " + maxDocuments + ", must be positive");
        }
    }

    /**
     * All documents, a tenth of them held out, scored as in the paper in windows of 4096 tokens that overlap by half.
     */
    public static PipelineSettings of(TaskSelection selection) {
        return new PipelineSettings(
                selection,
                ScoringOptions.DEFAULTS,
                DEFAULT_WINDOW,
                0,
                new DocumentSplit(DEFAULT_HELD_OUT, 0),
                Integer.MAX_VALUE);
    }

    public PipelineSettings withScoring(ScoringOptions options) {
        return new PipelineSettings(selection, options, windowTokens, windowOverlap, split, maxDocuments);
    }

    public PipelineSettings withWindowTokens(int tokens) {
        return new PipelineSettings(selection, scoring, tokens, windowOverlap, split, maxDocuments);
    }

    public PipelineSettings withWindowOverlap(int tokens) {
        return new PipelineSettings(selection, scoring, windowTokens, tokens, split, maxDocuments);
    }

    public PipelineSettings withSplit(DocumentSplit newSplit) {
        return new PipelineSettings(selection, scoring, windowTokens, windowOverlap, newSplit, maxDocuments);
    }

    public PipelineSettings withMaxDocuments(int documents) {
        return new PipelineSettings(selection, scoring, windowTokens, windowOverlap, split, documents);
    }

    /** Every setting that decides which positions are taken, by name, with the windows and the proxy that it led to. */
    Map<String, String> describe(WindowOptions windows, ModelDescription proxy) {
        Map<String, Object> settings = new TreeMap<>();
        settings.put("selector", selection.selector().describe());
        settings.put("min-context-tokens", selection.minContextTokens());
        settings.put("max-positions-per-document", selection.maxPositionsPerDocument());
        settings.put("continuation-tokens", selection.continuationTokens());
        settings.put("selection-seed", selection.seed());
        settings.put("entropy-top-k", scoring.topK());
        settings.put("entropy-renormalised", scoring.renormalise());
        settings.put("window-tokens", windows.windowTokens());
        settings.put("window-overlap-tokens", windows.overlapTokens());
        settings.put("max-documents", maxDocuments);
        settings.put("proxy-architecture", proxy.architecture());
        settings.put("proxy-parameters", proxy.parameterCount());
        return settings.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, setting -> String.valueOf(setting.getValue())));
    }
}
