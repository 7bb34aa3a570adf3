package org.rpt4j.run.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.HealthKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RecordingOptions;
import org.rpt4j.run.health.HealthSettings;

/**
 * Everything that decides a run, valid as a whole. It is what code that calls the constructors would have made: the
 * same values give the same run, bit for bit. Immutable and thread-safe.
 */
public final class RunConfiguration implements Values {

    private final GivenValues given;

    RunConfiguration(GivenValues given) {
        this.given = given;
    }

    /** Begins a configuration. */
    public static RunConfigurationBuilder builder() {
        return new RunConfigurationBuilder();
    }

    /**
     * A file, with the environment and the system properties of this process over it.
     *
     * @throws org.rpt4j.api.error.ConfigurationException with everything that is wrong
     */
    public static RunConfiguration load(Path file) {
        return builder()
                .file(file)
                .environment(System.getenv())
                .systemProperties(System.getProperties())
                .build();
    }

    @Override
    public <T> Optional<T> find(Key<T> key) {
        return given.find(key);
    }

    @Override
    public boolean isGiven(Key<?> key) {
        return given.isGiven(key);
    }

    /**
     * Where a value came from: a file with its line, a variable, {@code builder}, {@code default}, another key, or
     * {@code nothing} if there is none.
     */
    public String source(Key<?> key) {
        return given.recorded(key).map(RecordedSetting::origin).orElse("nothing");
    }

    /** Every value in effect with its source, in the order of the manual; keys without a value are left out. */
    public List<RecordedSetting> settings() {
        List<RecordedSetting> settings = new ArrayList<>();
        for (Key<?> key : Sections.keys()) {
            given.recorded(key).ifPresent(settings::add);
        }
        return settings;
    }

    /** What deserves a look though it is allowed: parts of a preset that are replaced, values without an effect. */
    public List<String> notes() {
        return Notes.of(given);
    }

    /** How the backend shall run. */
    public BackendOptions backend() {
        return BackendKeys.options(this);
    }

    /** How text is read. */
    public CorpusOptions corpus() {
        return CorpusKeys.options(this);
    }

    /**
     * From corpus to tasks.
     *
     * @param promptRoom most tokens of context that a prompt holds, as {@link
     *     org.rpt4j.core.pipeline.Reasoning#maxContextTokens} says
     * @throws org.rpt4j.api.error.StorageException if the file of pass rates cannot be read
     */
    public PipelineSettings pipeline(int promptRoom) {
        return SelectionKeys.pipeline(this, promptRoom);
    }

    /** How the model is asked. */
    public Instruction instruction() {
        return PromptKeys.instruction(this);
    }

    /**
     * Settings of the trainer.
     *
     * @param stops gives the stop tokens and the stop condition of rollouts, and nothing else
     */
    public RptSettings training(SamplingOptions stops) {
        return TrainingKeys.settings(this, stops);
    }

    /** Settings of the optimizer. */
    public OptimizerOptions optimizer() {
        return OptimizerKeys.options(this);
    }

    /**
     * Settings of the evaluator.
     *
     * @param stops gives the stop tokens and the stop condition of thoughts, and nothing else
     */
    public EvaluationSettings evaluation(SamplingOptions stops) {
        return EvaluationKeys.settings(this, stops);
    }

    /** When health checks warn. */
    public HealthSettings health() {
        return HealthKeys.settings(this);
    }

    /** How much text a run keeps. */
    public RecordingOptions recording() {
        return RunKeys.recording(this);
    }
}
