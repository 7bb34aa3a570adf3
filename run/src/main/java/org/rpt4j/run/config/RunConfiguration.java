package org.rpt4j.run.config;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.HealthKeys;
import org.rpt4j.run.config.section.ModelKeys;
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
 * The complete and validated configuration of a run. It builds the same objects as hand-written code would: equal
 * values give the same run, bit for bit. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class RunConfiguration implements Values {

    private final GivenValues given;

    RunConfiguration(GivenValues given) {
        this.given = given;
    }

    /** Starts a configuration. */
    public static RunConfigurationBuilder builder() {
        return new RunConfigurationBuilder();
    }

    /**
     * Loads a file; the environment and the system properties of this process override it.
     *
     * @throws org.rpt4j.api.error.ConfigurationException listing every error
     */
    public static RunConfiguration load(Path file) {
        return builder()
                .file(file)
                .environment(System.getenv())
                .systemProperties(System.getProperties())
                .build();
    }

    /** Returns a builder that starts from the given values, each with its source; what is set later replaces them. */
    public RunConfigurationBuilder toBuilder() {
        RunConfigurationBuilder builder = builder();
        settings().stream()
                .filter(RecordedSetting::isGiven)
                .forEach(setting -> builder.set(setting.name(), setting.value(), setting.source()));
        return builder;
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
     * Returns where a value comes from: a file and line, a variable, {@code builder}, {@code default}, another key, or
     * {@code nothing} if there is no value.
     */
    public String source(Key<?> key) {
        return given.recorded(key).map(RecordedSetting::origin).orElse("nothing");
    }

    /**
     * Returns every value in effect with its source, in the order of the reference page; keys without a value are left
     * out.
     */
    public List<RecordedSetting> settings() {
        List<RecordedSetting> settings = new ArrayList<>();
        for (Key<?> key : Sections.keys()) {
            given.recorded(key).ifPresent(settings::add);
        }
        return settings;
    }

    /** Returns notes on valid but suspicious settings: overridden parts of a preset, values without effect. */
    public List<String> notes() {
        return Notes.of(given);
    }

    /** Returns the options of the backend. */
    public BackendOptions backend() {
        return BackendKeys.options(this);
    }

    /**
     * Returns a model that a key names, and what may be ignored of its configuration; {@link ModelKeys#DIRECTORY} with
     * its adapter.
     */
    public ModelSource model(Key<Path> key) {
        ModelSource model = ModelSource.directory(get(key)).accepting(get(ModelKeys.ACCEPT_CONFIG));
        return key.equals(ModelKeys.DIRECTORY)
                ? find(ModelKeys.ADAPTER).map(model::withAdapter).orElse(model)
                : model;
    }

    /** Returns the settings for reading text. */
    public CorpusOptions corpus() {
        return CorpusKeys.options(this);
    }

    /**
     * Returns the settings of the pipeline from corpus to tasks.
     *
     * @param promptRoom maximum number of context tokens in a prompt, as given by {@link
     *     org.rpt4j.core.pipeline.Reasoning#maxContextTokens}
     * @throws org.rpt4j.api.error.StorageException if the file of pass rates cannot be read
     */
    public PipelineSettings pipeline(int promptRoom) {
        return SelectionKeys.pipeline(this, promptRoom);
    }

    /** Returns the instruction for the model. */
    public Instruction instruction() {
        return PromptKeys.instruction(this);
    }

    /**
     * Returns the model's chat template with the configured variables and date; empty if it has none.
     *
     * @param start when the run started
     * @throws org.rpt4j.api.error.TokenizerException if the template is malformed
     */
    public Optional<ChatTemplate> chatTemplate(Instant start) {
        return PromptKeys.template(this, start);
    }

    /**
     * Returns the settings of the trainer.
     *
     * @param stops supplies only the stop tokens and the stop condition of rollouts
     */
    public RptSettings training(SamplingOptions stops) {
        return TrainingKeys.settings(this, stops);
    }

    /** Returns the settings of the optimizer. */
    public OptimizerOptions optimizer() {
        return OptimizerKeys.options(this);
    }

    /**
     * Returns the settings of the evaluator.
     *
     * @param stops supplies only the stop tokens and the stop condition of thoughts
     */
    public EvaluationSettings evaluation(SamplingOptions stops) {
        return EvaluationKeys.settings(this, stops);
    }

    /** Returns the thresholds of the health checks. */
    public HealthSettings health() {
        return HealthKeys.settings(this);
    }

    /** Returns how much text a run records. */
    public RecordingOptions recording() {
        return RunKeys.recording(this);
    }
}
