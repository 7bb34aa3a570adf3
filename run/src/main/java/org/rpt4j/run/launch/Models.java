package org.rpt4j.run.launch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierContextBuilder;
import org.rpt4j.spi.RewardVerifiers;

/**
 * Opens the models of a run, as its configuration says.
 *
 * @param configuration every setting
 * @param tokenizer of the policy
 * @param backend computes
 * @param reasoning prompts, their room and the extraction of predictions
 * @param rewards makes the verifier; has one of the configured name
 * @param start the weights that training begins with
 */
record Models(
        RunConfiguration configuration,
        Tokenizer tokenizer,
        Backend backend,
        Reasoning reasoning,
        RewardVerifiers rewards,
        ModelSource start) {

    /** Opens tokenizer and backend for some work that starts now, and closes them after it. */
    static <T> T with(RunConfiguration configuration, Function<Models, T> work) {
        return with(configuration, Instant.now(), work);
    }

    /**
     * Opens tokenizer and backend for some work and closes them after it.
     *
     * @param start when the work started, which a chat template may write into prompts
     */
    static <T> T with(RunConfiguration configuration, Instant start, Function<Models, T> work) {
        RewardVerifiers rewards = RewardVerifiers.discover();
        rewards.provider(configuration.get(RewardKeys.NAME)); // a wrong name is known before anything is opened
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            Reasoning reasoning = ConfiguredReasoning.rewarded(configuration, model, tokenizer, start);
            try (StartingWeights weights = StartingWeights.of(configuration);
                    Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend())) {
                return work.apply(new Models(configuration, tokenizer, backend, reasoning, rewards, weights.source()));
            }
        }
    }

    /**
     * Checks, before anything is opened or scored, that the backend exists and has every role that the work needs.
     *
     * @throws org.rpt4j.api.error.BackendNotFoundException if there is no backend of the configured name
     * @throws UnsupportedCapabilityException if it lacks a role; the message names backends that have them all
     */
    static void requireBackend(RunConfiguration configuration, Capability... needed) {
        Backends backends = Backends.discover();
        BackendProvider provider = backends.provider(configuration.get(BackendKeys.NAME));
        for (Capability capability : needed) {
            if (!provider.capabilities().contains(capability)) {
                List<String> able = backends.all().stream()
                        .filter(other -> other.capabilities().containsAll(List.of(needed)))
                        .map(BackendProvider::name)
                        .toList();
                throw new UnsupportedCapabilityException("Backend \"" + provider.name() + "\" cannot " + capability
                        + " (it can: " + names(provider) + "). "
                        + (able.isEmpty()
                                ? "No backend on the class path can."
                                : "Set " + BackendKeys.NAME + " to " + String.join(" or ", able) + "."));
            }
        }
    }

    private static String names(BackendProvider provider) {
        return provider.capabilities().stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
    }

    /** What ends a completion; the rest of the sampling comes from the configuration. */
    SamplingOptions stops() {
        return reasoning.sampling(1, 0);
    }

    /**
     * Opens the policy that a KL penalty compares with at the first step; null without a penalty. The caller closes it.
     *
     * @param policy the one that learns; under its adapter lies the default
     */
    @Nullable
    Policy openReference(TrainablePolicy policy) {
        if (!TrainingKeys.isReinforced(configuration)
                || configuration.training(stops()).objective().loss().klWeight() == 0) {
            return null;
        }
        return isReferenceUnderAdapter(configuration)
                ? policy.withoutAdapter()
                : backend.openPolicy(configuration.model(ModelKeys.REFERENCE));
    }

    /** Whether the reference is the model under the adapter that is trained, and needs no memory of its own. */
    static boolean isReferenceUnderAdapter(RunConfiguration configuration) {
        return LoraKeys.isAdapted(configuration)
                && configuration.get(ModelKeys.REFERENCE).equals(configuration.get(ModelKeys.DIRECTORY));
    }

    /** What the reward gets. */
    RewardVerifierContext rewardContext(Policy policy) {
        RewardVerifierContextBuilder context = RewardVerifierContext.builder()
                .policy(policy)
                .tokenizer(tokenizer)
                .prompts(before -> reasoning.prompts().prompt(before))
                .thoughtEnd(reasoning.thought().markers().end());
        RewardKeys.allOptions(configuration).forEach(context::option);
        configuration.find(RunKeys.DIRECTORY).map(RunDirectory::reward).ifPresent(context::directory);
        return context.build();
    }

    /** Makes the verifier, which may ask the policy. The caller closes it. */
    DeadlineVerifier openVerifier(Policy policy) {
        return new DeadlineVerifier(
                rewards.createVerifier(configuration.get(RewardKeys.NAME), rewardContext(policy)),
                Duration.ofSeconds(configuration.get(RewardKeys.DEADLINE)));
    }

    /** Asks a policy as the configuration says. */
    Evaluator evaluator(Policy policy, RewardVerifier verifier) {
        return new Evaluator(
                policy,
                reasoning.prompts(),
                reasoning.beginOfText(),
                reasoning.extractor(),
                verifier,
                configuration.evaluation(stops()));
    }
}
