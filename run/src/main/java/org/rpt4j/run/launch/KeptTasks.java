package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.TaskStorage;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.Sha256;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.directory.ContentHash;

/**
 * The tasks that a run keeps in its directory, so that it resumes without scoring its corpus again.
 *
 * @param file where they lie; empty for work without a directory, whose tasks go with it
 */
record KeptTasks(RunConfiguration configuration, Optional<Path> file) {

    /** Sections whose settings decide which tasks there are, with what a scorer computes on. */
    private static final List<String> SECTIONS = List.of("corpus.", "selection.", "scoring.", "tasks.", "backend.");

    /**
     * The place for tasks of a corpus.
     *
     * @param promptRoom maximum number of tokens of text in a prompt
     * @param continuationTokens maximum number of tokens of the truth
     */
    TaskStorage ofCorpus(Tokenizer tokenizer, int promptRoom, int continuationTokens) {
        if (file.isEmpty()) {
            return TaskStorage.TEMPORARY;
        }
        List<String> parts = parts(tokenizer, promptRoom, continuationTokens);
        if (CorpusKeys.areScored(configuration)) {
            parts.add(ScoreKeeping.identity(configuration, configuration.model(ModelKeys.PROXY)));
            parts.add(proxyVocabulary(tokenizer));
        }
        return storage(parts);
    }

    /** The place for tasks of a dataset. */
    TaskStorage ofDataset(Path dataset, Tokenizer tokenizer, int promptRoom, int continuationTokens) {
        if (file.isEmpty()) {
            return TaskStorage.TEMPORARY;
        }
        List<String> parts = parts(tokenizer, promptRoom, continuationTokens);
        parts.add(ContentHash.of(dataset));
        return storage(parts);
    }

    private TaskStorage storage(List<String> parts) {
        Sha256 hash = new Sha256();
        parts.forEach(part -> hash.add(part + "\n"));
        return TaskStorage.file(file.orElseThrow(), hash.hex());
    }

    private List<String> parts(Tokenizer tokenizer, int promptRoom, int continuationTokens) {
        Map<String, String> settings = new TreeMap<>();
        RunIdentity.of(configuration.settings(), List.of()).forEach((name, value) -> {
            if (SECTIONS.stream().anyMatch(name::startsWith)) {
                settings.put(name, value.value());
            }
        });
        List<String> parts = new ArrayList<>();
        parts.add(settings.toString());
        parts.add(TaskKeys.context(configuration, tokenizer, promptRoom, continuationTokens)
                .limits()
                .toString());
        parts.add(VocabularyFingerprint.of(tokenizer).sha256());
        configuration.find(SelectionKeys.PASS_RATES).map(ContentHash::of).ifPresent(parts::add);
        return parts;
    }

    private String proxyVocabulary(Tokenizer tokenizer) {
        Path proxy = configuration.get(ModelKeys.PROXY);
        if (proxy.equals(configuration.get(ModelKeys.DIRECTORY))) {
            return VocabularyFingerprint.of(tokenizer).sha256();
        }
        try (Tokenizer ofProxy = Tokenizer.open(proxy)) {
            return VocabularyFingerprint.of(ofProxy).sha256();
        }
    }

    /** The tasks that were kept of the same corpus, made with the same settings. */
    Optional<PreparedTasks> find(TaskStorage storage, Corpus corpus) {
        return storage.open()
                .filter(tasks -> tasks.corpus()
                        .fingerprint()
                        .equals(CorpusFingerprint.of(corpus, configuration.get(CorpusKeys.MAX_DOCUMENTS))))
                .map(tasks -> PreparedTasks.of(tasks, CorpusKeys.split(configuration)));
    }

    /** The tasks that were kept of a dataset. */
    Optional<PreparedTasks> find(TaskStorage storage) {
        return storage.open().map(tasks -> PreparedTasks.of(tasks, CorpusKeys.split(configuration)));
    }
}
