package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
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
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordingPosition;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunRecorder;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.health.HealthListener;
import org.rpt4j.run.health.HealthMonitor;
import org.rpt4j.run.health.HealthState;
import org.rpt4j.run.health.HealthWarning;
import org.rpt4j.run.report.RunReport;
import org.rpt4j.run.resume.CheckpointPart;
import org.rpt4j.run.resume.IdentityValue;

/** The run directory of a configured run, if it has one. */
final class Recording implements TrainingListener, HealthListener, AutoCloseable {

    private static final String PASS_RATES = "pass-rates.json";
    private static final List<Key<Long>> SEEDS =
            List.of(RunKeys.SEED, CorpusKeys.SPLIT_SEED, SelectionKeys.SEED, SamplingKeys.SEED, EvaluationKeys.SEED);

    private final Optional<RunDirectory> directory;
    private final Optional<RunRecorder> recorder;
    private final Map<String, IdentityValue> identity;

    private Recording(Optional<RunDirectory> directory, Optional<RunRecorder> recorder, Map<String, IdentityValue> identity) {
        this.directory = directory;
        this.recorder = recorder;
        this.identity = identity;
    }

    /**
     * Opens a new recording, or goes on with one.
     *
     * @throws org.rpt4j.api.error.CheckpointException if the run that is to go on was another one
     * @throws org.rpt4j.api.error.StorageException if the directory cannot be written
     */
    static Recording open(
            RunConfiguration configuration,
            PreparedTasks tasks,
            TrainablePolicy policy,
            Tokenizer tokenizer,
            Resumption resumption) {
        Optional<Path> path = configuration.find(RunKeys.DIRECTORY);
        if (path.isEmpty()) {
            return new Recording(Optional.empty(), Optional.empty(), Map.of());
        }
        List<Artifact> artifacts = artifacts(configuration, tasks, tokenizer);
        Map<String, IdentityValue> identity = RunIdentity.of(configuration.settings(), artifacts);
        if (resumption.isNewRun()) {
            RunDirectory created =
                    RunDirectory.create(path.get(), record(configuration, artifacts, policy), configuration.settings());
            RunRecorder recorder = created.recorder(tokenizer::decode, configuration.recording());
            return new Recording(Optional.of(created), Optional.of(recorder), identity);
        }
        List<String> changed =
                RunIdentity.requireSame(resumption.identity(), identity, configuration.get(RunKeys.ACCEPT_CHANGED));
        RunDirectory found = RunDirectory.resume(path.get());
        found.requireRecorded(resumption.position());
        if (!changed.isEmpty() || !isOfDirectory(configuration, path.get())) {
            found.replaceConfiguration(
                    configuration.settings(), resumption.position().steps());
        }
        RunRecorder recorder = found.recorder(tokenizer::decode, configuration.recording(), resumption.position());
        return new Recording(Optional.of(found), Optional.of(recorder), identity);
    }

    /** Whether the directory has these settings: those of a run that was killed before a checkpoint may be others. */
    private static boolean isOfDirectory(RunConfiguration configuration, Path directory) {
        List<RecordedSetting> recorded = RecordedRun.open(directory).configuration();
        return RunIdentity.isSame(
                        RunIdentity.of(recorded, List.of()), RunIdentity.of(configuration.settings(), List.of()))
                && SavePlan.isSavedAlike(recorded, configuration.settings());
    }

    /** What the run is, for its checkpoints. */
    Map<String, IdentityValue> identity() {
        return identity;
    }

    /** How far the recording goes, and what the health checks remember, for its checkpoints. */
    List<CheckpointPart> parts(HealthMonitor health) {
        List<CheckpointPart> parts = new ArrayList<>();
        recorder.ifPresent(open -> parts.add(
                new CheckpointPart(RecordingPosition.PART, () -> open.position().toJson(), open::force)));
        parts.add(new CheckpointPart(HealthState.PART, () -> health.state().toJson()));
        return parts;
    }

    /** The evaluations that an earlier part of the run recorded, in order. */
    List<EvaluationRecord> evaluations() {
        return directory.map(run -> RecordedRun.open(run.path()).evaluations()).orElse(List.of());
    }

    private static Provenance record(RunConfiguration configuration, List<Artifact> artifacts, TrainablePolicy policy) {
        Map<String, Long> seeds = new LinkedHashMap<>();
        SEEDS.forEach(key -> seeds.put(key.name(), configuration.get(key)));
        String backend = configuration.get(BackendKeys.NAME) + ", device " + configuration.get(BackendKeys.DEVICE)
                + ", precision " + configuration.get(BackendKeys.PRECISION) + ", threads "
                + configuration.get(BackendKeys.THREADS);
        return Provenance.now(backend, policy.description(), seeds, artifacts);
    }

    private static List<Artifact> artifacts(RunConfiguration configuration, PreparedTasks tasks, Tokenizer tokenizer) {
        Path model = configuration.get(ModelKeys.DIRECTORY);
        List<Artifact> artifacts = new ArrayList<>();
        artifacts.add(Artifact.of("model", model));
        artifacts.add(new Artifact(
                "tokenizer", "vocabulary", VocabularyFingerprint.of(tokenizer).sha256()));
        addIfOther(artifacts, "proxy", configuration.get(ModelKeys.PROXY), model);
        addIfOther(artifacts, "reference", configuration.get(ModelKeys.REFERENCE), model);
        artifacts.add(corpus(configuration, tasks));
        configuration.find(CorpusKeys.DATASET).ifPresent(file -> artifacts.add(Artifact.of("dataset", file)));
        for (Key<Path> file : List.of(SelectionKeys.PASS_RATES, DynamicSamplingKeys.PASS_RATES)) {
            configuration.find(file).ifPresent(path -> artifacts.add(Artifact.of(file.name(), path)));
        }
        configuration
                .find(BaselineKeys.COMPUTE_OF)
                .ifPresent(run -> artifacts.add(Artifact.of(
                        BaselineKeys.COMPUTE_OF.name(), RecordedRun.open(run).metrics())));
        PromptKeys.file(configuration)
                .ifPresent(path -> artifacts.add(Artifact.of(PromptKeys.INSTRUCTION.name(), path)));
        return artifacts;
    }

    private static void addIfOther(List<Artifact> artifacts, String role, Path path, Path model) {
        if (!path.equals(model)) {
            artifacts.add(Artifact.of(role, path));
        }
    }

    /** The text that was read, by the fingerprint of its documents, whatever files they lay in. */
    private static Artifact corpus(RunConfiguration configuration, PreparedTasks tasks) {
        String name = configuration
                .find(CorpusKeys.FILES)
                .map(files -> String.join(
                        ", ", files.stream().map(Recording::lastPart).toList()))
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
    public void onEvent(TrainingEvent event) {
        recorder.ifPresent(open -> open.onEvent(event));
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        recorder.ifPresent(open -> open.warningRaised(event));
    }

    @Override
    public void warningCleared(HealthWarning.Cleared event) {
        recorder.ifPresent(open -> open.warningCleared(event));
    }

    /** Keeps what was found out about the tasks. */
    void keep(PassRates rates) {
        directory.ifPresent(run -> rates.save(run.path().resolve(PASS_RATES)));
    }

    /** Writes the report; after {@link #close}. */
    Optional<Path> report() {
        return directory.map(run -> {
            Path file = run.path().resolve(RunReport.FILE);
            RunReport.write(RecordedRun.open(run.path()), file);
            return file;
        });
    }

    @Override
    public void close() {
        recorder.ifPresent(RunRecorder::close);
    }
}
