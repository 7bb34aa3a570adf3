package org.rpt4j.run.launch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.ScoringKeys;
import org.rpt4j.spi.Backends;

/** The needs of variants of a run on this machine, with one backend for each set of options. */
final class ResourceEstimator implements AutoCloseable {

    private final Map<BackendOptions, Backend> opened = new HashMap<>();
    private final Map<LoraOptions, StartingWeights> adapters = new HashMap<>();
    private final Models models;
    private final Machine machine;
    private final ModelConfig config;
    private final int proxyContext;

    /** @param models of the run, whose backend the caller closes */
    ResourceEstimator(Models models) {
        RunConfiguration configuration = models.configuration();
        this.models = models;
        this.machine = Machine.here(configuration.find(RunKeys.DIRECTORY));
        this.config = ModelConfigReader.read(configuration.model(ModelKeys.DIRECTORY));
        this.proxyContext =
                ModelConfigReader.read(configuration.model(ModelKeys.PROXY)).contextLength();
    }

    /**
     * The needs of a variant.
     *
     * @throws org.rpt4j.api.error.RptException if the backend does not have its options
     */
    List<PhaseNeed> needs(RunConfiguration variant) {
        return phases(variant).all();
    }

    /** Whether the backend estimates the memory of the run. */
    boolean areKnown() {
        return phases(models.configuration()).areKnown();
    }

    private PhaseNeeds phases(RunConfiguration variant) {
        ModelSource policy = LoraKeys.options(variant)
                .map(form -> adapters.computeIfAbsent(form, made -> StartingWeights.of(variant))
                        .source())
                .orElseGet(() -> variant.model(ModelKeys.DIRECTORY));
        return new PhaseNeeds(
                variant,
                backend(variant),
                machine,
                policy,
                new PhaseNeeds.Sizes(
                        CostEstimate.promptTokens(
                                variant, config, models.reasoning().maxContextTokens()),
                        Math.min(variant.get(ScoringKeys.WINDOW_TOKENS), proxyContext),
                        ConfiguredReasoning.askedTokens(variant, models.tokenizer()),
                        Adapter.form(policy)
                                .map(form -> AdapterLayout.of(config, form).parameterCount())
                                .orElseGet(() -> config.describe().parameterCount())));
    }

    private Backend backend(RunConfiguration variant) {
        BackendOptions options = variant.backend();
        if (LoraKeys.isAdapted(variant) && !models.backend().capabilities().contains(Capability.ADAPT)) {
            throw new UnsupportedCapabilityException(
                    "The backend " + models.backend().name() + " cannot train an adapter.");
        }
        return options.equals(models.configuration().backend())
                ? models.backend()
                : opened.computeIfAbsent(options, other -> Backends.open(variant.get(BackendKeys.NAME), other));
    }

    @Override
    public void close() {
        adapters.values().forEach(StartingWeights::close);
        opened.values().forEach(Backend::close);
    }
}
