package org.rpt4j.core.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.PromptBuilder;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.rollout.PredictionExtractor;
import org.rpt4j.core.rollout.PromptFactory;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;

/**
 * How a model is prompted to think, when its rollout ends, and where its prediction is found. These three must agree on
 * tokenizer, chat template and length. Thread-safe. What {@link #open} made closes its
 * tokenizer; what {@link #of} made uses the caller's, which must stay open.
 *
 * @since 0.1.0
 */
public final class Reasoning implements AutoCloseable {

    private final PromptBuilder prompts;
    private final Tokenizer tokenizer;
    private final AnswerExtractor extractor;
    private final Set<Integer> stopTokens;
    private final StopCondition stopCondition;
    private final int maxTokens;
    private final boolean ownsTokenizer;
    private final List<String> notes;

    private Reasoning(
            PromptBuilder prompts,
            Tokenizer tokenizer,
            Set<Integer> stopTokens,
            int maxTokens,
            BoxRule rule,
            boolean ownsTokenizer,
            List<String> notes) {
        this.prompts = prompts;
        this.tokenizer = tokenizer;
        this.notes = notes;
        boolean ended = prompts.closesThought();
        this.extractor = new AnswerExtractor(tokenizer, rule, ended);
        this.stopTokens = Set.copyOf(stopTokens);
        this.stopCondition = rule == BoxRule.BALANCED ? new ClosedBoxStop(tokenizer, ended) : StopCondition.NEVER;
        this.maxTokens = maxTokens;
        this.ownsTokenizer = ownsTokenizer;
    }

    /**
     * Opens the tokenizer of a checkpoint and asks its model with {@link Instruction#FENCED}.
     *
     * @param maxTokens maximum number of tokens of thought and prediction together; the prompt leaves room for them
     * @throws org.rpt4j.api.error.ModelFormatException if {@code config.json} is missing or malformed
     * @throws org.rpt4j.api.error.TokenizerException if the tokenizer is missing or does not fit, or the chat template
     *     fails
     * @throws org.rpt4j.api.error.ContextOverflowException if not even one token of context fits
     */
    public static Reasoning open(ModelSource model, int maxTokens) {
        Tokenizer tokenizer = Tokenizer.open(model.directory());
        try {
            ChatTemplate template = ChatTemplate.open(model.directory()).orElse(null);
            return of(model, tokenizer, template, Instruction.FENCED, maxTokens, true);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Reads the context window, the chat template and the end-of-text tokens of a checkpoint. A model without a chat
     * template gets the plain form.
     *
     * @param maxTokens maximum number of tokens of thought and prediction together; the prompt leaves room for them
     * @throws org.rpt4j.api.error.ModelFormatException if {@code config.json} is missing or malformed
     * @throws org.rpt4j.api.error.TokenizerException if the tokenizer does not match the model, or the chat template
     *     fails
     * @throws org.rpt4j.api.error.ContextOverflowException if not even one token of context fits
     */
    public static Reasoning of(ModelSource model, Tokenizer tokenizer, Instruction instruction, int maxTokens) {
        ChatTemplate template = ChatTemplate.open(model.directory()).orElse(null);
        return of(model, tokenizer, template, instruction, maxTokens, false);
    }

    /**
     * Like {@link #of(ModelSource, Tokenizer, Instruction, int)}, with a chat template that has variables or a time of
     * its own.
     *
     * @param template the chat template; null for the plain form
     */
    public static Reasoning of(
            ModelSource model,
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            Instruction instruction,
            int maxTokens) {
        return of(model, tokenizer, template, instruction, maxTokens, false);
    }

    private static Reasoning of(
            ModelSource model,
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            Instruction instruction,
            int maxTokens,
            boolean ownsTokenizer) {
        ModelConfig config = ModelConfigReader.read(model);
        tokenizer.requireFits(config.describe());
        PromptBuilder prompts = new PromptBuilder(tokenizer, template, instruction, config.contextLength(), maxTokens);
        List<String> notes = notes(prompts, template);
        return new Reasoning(
                prompts, tokenizer, stopTokens(config, tokenizer), maxTokens, BoxRule.BALANCED, ownsTokenizer, notes);
    }

    private static List<String> notes(PromptBuilder prompts, @Nullable ChatTemplate template) {
        List<String> notes = new ArrayList<>();
        if (prompts.closesThought()) {
            notes.add("The chat template closes the thought before the model answers, so the model answers without"
                    + " thinking, and a box counts without another " + Tokenizer.THINK_END + ". If the template has a"
                    + " variable for it, such as enable_thinking, set it to let the model think.");
        }
        if (template != null) {
            template.time()
                    .ifPresent(time -> notes.add("The chat template writes a date into every prompt. It stays "
                            + time.toLocalDate() + " for the whole run."));
        }
        return List.copyOf(notes);
    }

    /**
     * The tokens that end a text: those of {@code config.json} and {@code generation_config.json}, and the tokenizer's.
     */
    public static Set<Integer> stopTokens(ModelConfig config, Tokenizer tokenizer) {
        Set<Integer> tokens = new HashSet<>(config.endTokens());
        tokenizer.endOfText().ifPresent(tokens::add);
        return tokens;
    }

    /**
     * A copy with another rule for where a box ends. Under {@link BoxRule#GREEDY_LAST_BRACE} that is known only at the
     * end of a rollout, so a closed box does not end the rollout.
     */
    public Reasoning withBoxRule(BoxRule rule) {
        return new Reasoning(prompts, tokenizer, stopTokens, maxTokens, rule, ownsTokenizer, notes);
    }

    /** What is worth knowing about the prompts before a run starts, a sentence or two each. */
    public List<String> notes() {
        return notes;
    }

    /** Wraps a context in the instruction; a context that is too long loses its oldest tokens. */
    public PromptFactory prompts() {
        return prompts::prompt;
    }

    /** Finds the last box after the thought. */
    public PredictionExtractor extractor() {
        return extractor::extract;
    }

    /**
     * Rollouts that end at the first closed box after the thought (under {@link BoxRule#BALANCED}), at an end-of-text
     * token, or at the limit.
     *
     * @param groupSize rollouts per prompt
     * @param temperature divides the logits; 0 is greedy, for a group size of 1
     */
    public SamplingOptions sampling(int groupSize, double temperature) {
        return SamplingOptions.greedy(maxTokens).toBuilder()
                .groupSize(groupSize)
                .temperature(temperature)
                .stopTokens(stopTokens)
                .stopCondition(stopCondition)
                .build();
    }

    /** The begin-of-text token of this model; empty if it has none. */
    public OptionalInt beginOfText() {
        return tokenizer.beginOfText();
    }

    /** Maximum number of context tokens in a prompt; a task does not need more. */
    public int maxContextTokens() {
        return prompts.maxContextTokens();
    }

    /** The tokenizer that prompts and predictions go through. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Closes the tokenizer if {@link #open} made this; otherwise does nothing. */
    @Override
    public void close() {
        if (ownsTokenizer) {
            tokenizer.close();
        }
    }
}
