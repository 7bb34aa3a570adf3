package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.config.section.TraceKeys;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;

/** Collects what a run was made from: models, texts, files, seeds. */
final class ProvenanceCollector {

    private static final List<Key<Long>> SEEDS =
            List.of(RunKeys.SEED, CorpusKeys.SPLIT_SEED, SelectionKeys.SEED, SamplingKeys.SEED, EvaluationKeys.SEED);

    private ProvenanceCollector() {}

    /** Who ran, where, and from which artifacts. */
    static Provenance provenance(RunConfiguration configuration, List<Artifact> artifacts, TrainablePolicy policy) {
        Map<String, Long> seeds = new LinkedHashMap<>();
        SEEDS.forEach(key -> seeds.put(key.name(), configuration.get(key)));
        String backend = configuration.get(BackendKeys.NAME) + ", device " + configuration.get(BackendKeys.DEVICE)
                + ", precision " + configuration.get(BackendKeys.PRECISION) + ", threads "
                + configuration.get(BackendKeys.THREADS);
        return Provenance.now(backend, policy.description(), seeds, artifacts);
    }

    /** The hash of everything that the run reads. */
    static List<Artifact> artifacts(RunConfiguration configuration, PreparedTasks tasks, Tokenizer tokenizer) {
        Path model = configuration.get(ModelKeys.DIRECTORY);
        List<Artifact> artifacts = new ArrayList<>();
        artifacts.add(Artifact.of("model", model));
        configuration.find(ModelKeys.ADAPTER).ifPresent(adapter -> artifacts.add(Artifact.of("adapter", adapter)));
        artifacts.add(new Artifact(
                "tokenizer", "vocabulary", VocabularyFingerprint.of(tokenizer).sha256()));
        addIfOther(artifacts, "proxy", configuration.get(ModelKeys.PROXY), model);
        addIfOther(artifacts, "reference", configuration.get(ModelKeys.REFERENCE), model);
        if (tasks != PreparedTasks.NONE) {
            artifacts.add(corpus(configuration, tasks));
        }
        configuration
                .find(TraceKeys.PATHS)
                .ifPresent(files -> files.forEach(file -> artifacts.add(Artifact.of("traces " + file, file))));
        configuration.find(TraceKeys.TEACHER).ifPresent(teacher -> artifacts.add(Artifact.of("teacher", teacher)));
        configuration
                .find(CorpusKeys.DATASET)
                .filter(file -> CorpusKeys.isDatasetUsed(configuration))
                .ifPresent(file -> artifacts.add(Artifact.of("dataset", file)));
        for (Key<Path> file : List.of(SelectionKeys.PASS_RATES, DynamicSamplingKeys.PASS_RATES)) {
            configuration.find(file).ifPresent(path -> artifacts.add(Artifact.of(file.name(), path)));
        }
        configuration
                .find(BaselineKeys.COMPUTE_OF)
                .ifPresent(run -> artifacts.add(Artifact.of(
                        BaselineKeys.COMPUTE_OF.name(), RecordedRun.open(run).metrics())));
        addInstruction(artifacts, configuration, PromptKeys.INSTRUCTION);
        if (TraceKeys.areSampled(configuration)) {
            addInstruction(artifacts, configuration, TraceKeys.INSTRUCTION);
        }
        return artifacts;
    }

    private static void addInstruction(List<Artifact> artifacts, RunConfiguration configuration, Key<String> key) {
        PromptKeys.file(configuration, key).ifPresent(path -> artifacts.add(Artifact.of(key.name(), path)));
    }

    private static void addIfOther(List<Artifact> artifacts, String role, Path path, Path model) {
        if (!path.equals(model)) {
            artifacts.add(Artifact.of(role, path));
        }
    }

    /** The text that was read, by the fingerprint of its documents, whatever files they lay in. */
    private static Artifact corpus(RunConfiguration configuration, PreparedTasks tasks) {
        String name = configuration
                .find(TaskKeys.areAnswers(configuration) ? AnswerKeys.PATHS : CorpusKeys.FILES)
                .map(files -> String.join(
                        ", ", files.stream().map(ProvenanceCollector::lastPart).toList()))
                .orElse("of the dataset");
        return new Artifact("corpus", name, tasks.corpus().fingerprint());
    }

    private static String lastPart(String pattern) {
        return pattern.substring(pattern.lastIndexOf('/') + 1);
    }
}
