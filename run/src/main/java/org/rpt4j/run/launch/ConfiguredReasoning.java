package org.rpt4j.run.launch;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.LikelihoodKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TraceKeys;

/**
 * How a model is asked by a configuration: in a run, in an evaluation and in inference alike.
 *
 * @since 0.1.0
 */
public final class ConfiguredReasoning {

    private ConfiguredReasoning() {}

    /**
     * How the model is asked; {@code prompt.*}, {@code reward.box} and {@code sampling.max-tokens} say it.
     *
     * @param start when the run started, which a chat template may show
     * @throws ContextOverflowException if the prompt does not fit; the message names the keys
     */
    public static Reasoning of(RunConfiguration configuration, ModelSource model, Tokenizer tokenizer, Instant start) {
        return of(configuration, asking(configuration, model, tokenizer, start), PromptKeys.INSTRUCTION);
    }

    /**
     * How the model is asked where its rollouts are rewarded: as {@link #of}, but a rollout ends with its thought if the
     * reward judges the thought alone.
     *
     * @throws ConfigurationException if such a reward has no thought to judge
     */
    static Reasoning rewarded(RunConfiguration configuration, ModelSource model, Tokenizer tokenizer, Instant start) {
        if (!RewardKeys.judgesThoughtAlone(configuration)) {
            return of(configuration, model, tokenizer, start);
        }
        int asked = askedTokens(configuration, tokenizer);
        try {
            return of(
                    configuration,
                    asking(configuration, model, tokenizer, start).thoughtAlone(asked),
                    PromptKeys.INSTRUCTION);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    List.of(RewardKeys.NAME + " is " + configuration.get(RewardKeys.NAME) + ": " + e.getMessage()
                            + " The keys are " + PromptKeys.THOUGHT + " and " + PromptKeys.TEMPLATE_VARIABLES + "."),
                    e);
        }
    }

    /** Tokens after a thought that the reward asks the policy about; 0 if it judges what the policy writes. */
    static int askedTokens(RunConfiguration configuration, Tokenizer tokenizer) {
        if (!RewardKeys.judgesThoughtAlone(configuration)) {
            return 0;
        }
        String end = PromptKeys.thought(configuration, tokenizer).markers().end();
        return LikelihoodKeys.tokensAfterThought(configuration, tokenizer, end);
    }

    /** How the model or a teacher is asked for thoughts to imitate, with another instruction. */
    static Reasoning forTraces(
            RunConfiguration configuration,
            ModelSource model,
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            ThoughtFormat thought) {
        return of(
                configuration,
                Reasoning.builder(model, tokenizer)
                        .template(template)
                        .instruction(TraceKeys.instruction(configuration))
                        .thought(thought),
                TraceKeys.INSTRUCTION);
    }

    private static Reasoning.Builder asking(
            RunConfiguration configuration, ModelSource model, Tokenizer tokenizer, Instant start) {
        return Reasoning.builder(model, tokenizer)
                .template(configuration.chatTemplate(start).orElse(null))
                .instruction(configuration.instruction())
                .thought(PromptKeys.thought(configuration, tokenizer));
    }

    private static Reasoning of(RunConfiguration configuration, Reasoning.Builder builder, Key<String> instruction) {
        int completion = configuration.get(SamplingKeys.MAX_TOKENS);
        try {
            return builder.boxRule(configuration.get(RewardKeys.BOX))
                    .maxTokens(completion)
                    .build();
        } catch (ContextOverflowException e) {
            throw new ContextOverflowException(
                    e.getMessage() + " Lower " + SamplingKeys.MAX_TOKENS + " (" + completion + ", "
                            + configuration.source(SamplingKeys.MAX_TOKENS) + "), or change " + instruction + ".",
                    e);
        }
    }
}
