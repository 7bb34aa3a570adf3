package org.rpt4j.cli;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ScoringKeys;
import org.rpt4j.run.config.section.Sections;

/** Keys that several commands use together. */
final class CommandKeys {

    /** What computes, and where. */
    static final List<Key<?>> BACKEND = section(BackendKeys.NAME);

    /** Which text, and how it is read: without a dataset and without a split. */
    static final List<Key<?>> TEXT =
            without(section(CorpusKeys.FILES), CorpusKeys.DATASET, CorpusKeys.HELD_OUT_SHARE, CorpusKeys.SPLIT_SEED);

    /** How tokens are scored. */
    static final List<Key<?>> SCORING = section(ScoringKeys.TOP_K);

    private CommandKeys() {}

    /** A pipeline that scores every token and selects none. */
    static PipelineSettings scoringOnly(RunConfiguration configuration) {
        return PipelineSettings.builder(TaskSelection.above(0))
                .scoring(ScoringKeys.options(configuration))
                .windowTokens(configuration.get(ScoringKeys.WINDOW_TOKENS))
                .windowOverlap(configuration.get(ScoringKeys.WINDOW_OVERLAP))
                .maxDocuments(configuration.get(CorpusKeys.MAX_DOCUMENTS))
                .tokenizerThreads(configuration.get(CorpusKeys.TOKENIZER_THREADS))
                .build();
    }

    /** Every key of the section that a key belongs to. */
    static List<Key<?>> section(Key<?> member) {
        return Sections.sectionOf(member.name()).orElseThrow().keys();
    }

    static List<Key<?>> without(List<Key<?>> keys, Key<?>... unused) {
        return keys.stream().filter(key -> !List.of(unused).contains(key)).toList();
    }

    @SafeVarargs
    static List<Key<?>> all(List<Key<?>>... parts) {
        List<Key<?>> keys = new ArrayList<>();
        for (List<Key<?>> part : parts) {
            keys.addAll(part);
        }
        return List.copyOf(keys);
    }
}
