package org.rpt4j.core.config.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.config.RunConfiguration;
import org.rpt4j.core.config.key.Key;
import org.rpt4j.core.config.section.BackendKeys;
import org.rpt4j.core.config.section.CorpusKeys;
import org.rpt4j.core.config.section.EvaluationKeys;
import org.rpt4j.core.config.section.ModelKeys;
import org.rpt4j.core.config.section.RunKeys;
import org.rpt4j.core.config.section.SamplingKeys;
import org.rpt4j.core.config.section.SelectionKeys;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.report.RunReport;
import org.rpt4j.core.run.Artifact;
import org.rpt4j.core.run.Run;
import org.rpt4j.core.run.RunDirectory;
import org.rpt4j.core.run.RunRecord;
import org.rpt4j.core.run.RunRecorder;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/** The run directory of a configured run, if it has one. */
final class RunRecording implements TrainingListener, AutoCloseable {

    private static final String PASS_RATES = "pass-rates.json";
    private static final List<Key<Long>> SEEDS = List.of(
            RunKeys.SEED, CorpusKeys.SPLIT_SEED, SelectionKeys.SEED, SamplingKeys.SEED, EvaluationKeys.SEED);

    private final Optional<RunDirectory> directory;
    private final Optional<RunRecorder> recorder;

    private RunRecording(Optional<RunDirectory> directory, Optional<RunRecorder> recorder) {
        this.directory = directory;
        this.recorder = recorder;
    }

    static RunRecording open(
            RunConfiguration configuration, PreparedTasks tasks, TrainablePolicy policy, Tokenizer tokenizer) {
        Optional<RunDirectory> directory = configuration.find(RunKeys.DIRECTORY)
                .map(path -> RunDirectory.create(
                        path, record(configuration, tasks, policy), configuration.settings()));
        return new RunRecording(
                directory, directory.map(run -> run.recorder(tokenizer::decode, configuration.recording())));
    }

    private static RunRecord record(RunConfiguration configuration, PreparedTasks tasks, TrainablePolicy policy) {
        Path model = configuration.get(ModelKeys.DIRECTORY);
        Path proxy = configuration.get(ModelKeys.PROXY);
        List<Artifact> artifacts = new ArrayList<>();
        artifacts.add(Artifact.of("model", model));
        if (!proxy.equals(model)) {
            artifacts.add(Artifact.of("proxy", proxy));
        }
        artifacts.add(corpus(configuration, tasks));
        configuration.find(CorpusKeys.DATASET).ifPresent(file -> artifacts.add(Artifact.of("dataset", file)));
        Map<String, Long> seeds = new LinkedHashMap<>();
        SEEDS.forEach(key -> seeds.put(key.name(), configuration.get(key)));
        String backend = configuration.get(BackendKeys.NAME) + ", device " + configuration.get(BackendKeys.DEVICE)
                + ", precision " + configuration.get(BackendKeys.PRECISION) + ", threads "
                + configuration.get(BackendKeys.THREADS);
        return RunRecord.now(backend, policy.description(), seeds, artifacts);
    }

    /** The text that was read, by the fingerprint of its documents, whatever files they lay in. */
    private static Artifact corpus(RunConfiguration configuration, PreparedTasks tasks) {
        String name = configuration.find(CorpusKeys.FILES)
                .map(files -> String.join(", ", files.stream().map(RunRecording::lastPart).toList()))
                .orElse("of the dataset");
        return new Artifact("corpus", name, tasks.corpus().fingerprint());
    }

    private static String lastPart(String pattern) {
        return pattern.substring(pattern.lastIndexOf('/') + 1);
    }

    void record(Evaluation evaluation) {
        recorder.ifPresent(open -> open.record(evaluation));
    }

    /** Adds what was spent before training. */
    void spend(double flops) {
        recorder.ifPresent(open -> open.spend(flops));
    }

    @Override
    public void on(TrainingEvent event) {
        recorder.ifPresent(open -> open.on(event));
    }

    /** Keeps what was found out about the tasks. */
    void keep(PassRates rates) {
        directory.ifPresent(run -> rates.save(run.path().resolve(PASS_RATES)));
    }

    /** Writes the report; after {@link #close}. */
    Optional<Path> report() {
        return directory.map(run -> {
            Path file = run.path().resolve(RunReport.FILE);
            RunReport.write(Run.open(run.path()), file);
            return file;
        });
    }

    @Override
    public void close() {
        recorder.ifPresent(RunRecorder::close);
    }
}
