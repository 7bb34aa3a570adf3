package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.Backend;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RecordingPosition;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.directory.RunRecorder;
import org.rpt4j.run.directory.StepRecord;
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

    private final Optional<RunDirectory> directory;
    private final Optional<RunRecorder> recorder;
    private final Map<String, IdentityValue> identity;

    private Recording(
            Optional<RunDirectory> directory, Optional<RunRecorder> recorder, Map<String, IdentityValue> identity) {
        this.directory = directory;
        this.recorder = recorder;
        this.identity = identity;
    }

    /**
     * Starts a recording, or resumes one.
     *
     * @throws org.rpt4j.api.error.CheckpointException if the run has changed since it was recorded
     * @throws org.rpt4j.api.error.StorageException if the directory cannot be written
     */
    static Recording open(Launch launch, PreparedTasks tasks, TrainablePolicy policy, Tokenizer tokenizer) {
        RunConfiguration configuration = launch.configuration();
        Resumption resumption = launch.resumption();
        Optional<Path> path = configuration.find(RunKeys.DIRECTORY);
        if (path.isEmpty()) {
            return new Recording(Optional.empty(), Optional.empty(), Map.of());
        }
        List<Artifact> artifacts = ProvenanceCollector.artifacts(configuration, tasks, tokenizer);
        Map<String, IdentityValue> identity = RunIdentity.of(configuration.settings(), artifacts);
        if (resumption.isNewRun()) {
            RunDirectory created = RunDirectory.create(
                    path.get(),
                    ProvenanceCollector.provenance(configuration, artifacts, policy)
                            .startedAt(launch.start()),
                    configuration.settings());
            RunRecorder recorder = created.recorder(tokenizer::decode, configuration.recording());
            return counting(configuration, new Recording(Optional.of(created), Optional.of(recorder), identity));
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
        return counting(configuration, new Recording(Optional.of(found), Optional.of(recorder), identity));
    }

    private static Recording counting(RunConfiguration configuration, Recording recording) {
        if (RewardKeys.judgesThoughtAlone(configuration)) {
            recording.recorder.ifPresent(RunRecorder::countScoringOfThoughts);
        }
        return recording;
    }

    /** Whether the directory has these settings. A run killed before its first checkpoint may have left others. */
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

    void record(Evaluation evaluation) {
        recorder.ifPresent(open -> open.record(evaluation));
    }

    /** Records what the processes of a cluster compute for the backend of the run. */
    void countWorkers(Backend backend) {
        recorder.ifPresent(open -> open.countWorkers(backend::workers));
    }

    /** Adds compute spent before training. */
    void spend(double flops) {
        recorder.ifPresent(open -> open.spend(flops));
    }

    /** The run ended in another way than its training. */
    void ended(RunEnd.Outcome outcome, String detail) {
        recorder.ifPresent(open -> open.ended(outcome, detail));
    }

    /** The steps that an earlier part of the run recorded, in order. */
    List<StepRecord> steps() {
        return directory.map(run -> RecordedRun.open(run.path()).steps()).orElse(List.of());
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

    /** Saves the observed pass rates. */
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
