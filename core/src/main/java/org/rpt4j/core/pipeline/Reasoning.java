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
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Conversation;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.PromptBuilder;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.reward.ThoughtEnd;
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
    private final @Nullable ChatTemplate template;
    private final ThoughtFormat thought;
    private final AnswerExtractor extractor;
    private final Set<Integer> stopTokens;
    private final StopCondition stopCondition;
    private final int maxTokens;
    private final boolean ownsTokenizer;
    private final boolean thoughtAlone;
    private final List<String> notes;

    private Reasoning(Builder builder, boolean ownsTokenizer) {
        ModelConfig config = ModelConfigReader.read(builder.model);
        this.tokenizer = builder.tokenizer;
        tokenizer.requireFits(config.describe());
        this.maxTokens = builder.maxTokens;
        this.thought = builder.thought == null ? ThoughtFormat.marked(tokenizer) : builder.thought;
        this.template = builder.template;
        this.prompts = new PromptBuilder(
                tokenizer,
                builder.template,
                builder.instruction,
                config.contextLength(),
                Math.addExact(maxTokens, builder.tokensAfterThought),
                thought);
        this.thoughtAlone = builder.thoughtAlone;
        if (thoughtAlone) {
            requireThought();
        }
        // In a prompt that closes the thought it is over, and the completion is the answer.
        ThoughtFormat expected = prompts.closesThought() ? thought.with(ThoughtRule.NONE) : thought;
        this.extractor = new AnswerExtractor(tokenizer, builder.boxRule, expected);
        this.stopCondition = thoughtAlone
                ? new ThoughtEnd(tokenizer, thought.markers().end())
                : builder.boxRule == BoxRule.BALANCED ? new ClosedBoxStop(tokenizer, expected) : StopCondition.NEVER;
        this.stopTokens = Set.copyOf(stopTokens(config, tokenizer));
        this.ownsTokenizer = ownsTokenizer;
        this.notes = notes(prompts, builder.template, thought);
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
            return new Reasoning(builder(model, tokenizer).maxTokens(maxTokens), true);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** A builder with an instruction and a length: {@code builder(model, tokenizer)...build()}. */
    public static Reasoning of(ModelSource model, Tokenizer tokenizer, Instruction instruction, int maxTokens) {
        return builder(model, tokenizer)
                .instruction(instruction)
                .maxTokens(maxTokens)
                .build();
    }

    /**
     * Starts with the chat template of a checkpoint, or the plain form if it has none; {@link Instruction#FENCED};
     * marked thoughts; {@link BoxRule#BALANCED}; and 512 tokens of thought and prediction.
     *
     * @param tokenizer the model's; stays the caller's and must stay open
     * @throws org.rpt4j.api.error.TokenizerException if the chat template is malformed
     */
    public static Builder builder(ModelSource model, Tokenizer tokenizer) {
        return new Builder(model, tokenizer);
    }

    /** Collects how a model is asked. Not thread-safe. */
    public static final class Builder {

        private final ModelSource model;
        private final Tokenizer tokenizer;
        private @Nullable ChatTemplate template;
        private Instruction instruction = Instruction.FENCED;
        private @Nullable ThoughtFormat thought;
        private BoxRule boxRule = BoxRule.BALANCED;
        private int maxTokens = 512;
        private boolean thoughtAlone;
        private int tokensAfterThought;

        private Builder(ModelSource model, Tokenizer tokenizer) {
            this.model = model;
            this.tokenizer = tokenizer;
            this.template = ChatTemplate.open(model.directory()).orElse(null);
        }

        /** A chat template with variables or a time of its own; null for the plain form. */
        public Builder template(@Nullable ChatTemplate newTemplate) {
            this.template = newTemplate;
            return this;
        }

        /** What the model is told to do. */
        public Builder instruction(Instruction newInstruction) {
            this.instruction = newInstruction;
            return this;
        }

        /** How the model writes its thought. */
        public Builder thought(ThoughtFormat newThought) {
            this.thought = newThought;
            return this;
        }

        /**
         * Where a box ends. Under {@link BoxRule#GREEDY_LAST_BRACE} that is known only at the end of a rollout, so a
         * closed box does not end the rollout.
         */
        public Builder boxRule(BoxRule newRule) {
            this.boxRule = newRule;
            return this;
        }

        /** Maximum number of tokens of thought and prediction together; the prompt leaves room for them. */
        public Builder maxTokens(int newMaxTokens) {
            this.maxTokens = newMaxTokens;
            return this;
        }

        /**
         * Ends rollouts with their thought, because a reward judges the thought alone and nothing after it. They hold no
         * prediction.
         *
         * @param tokensAfterThought number of tokens after a thought that the reward asks the policy about; the prompt
         *     leaves room for them, too
         */
        public Builder thoughtAlone(int tokensAfterThought) {
            if (tokensAfterThought < 0) {
                throw new IllegalArgumentException(
                        "tokensAfterThought is " + tokensAfterThought + ", must not be negative");
            }
            this.thoughtAlone = true;
            this.tokensAfterThought = tokensAfterThought;
            return this;
        }

        /**
         * Reads the context window and the end-of-text tokens of the checkpoint.
         *
         * @throws IllegalArgumentException if rollouts shall end with their thought, and it has no end marker or the
         *     prompt closes it
         * @throws org.rpt4j.api.error.ModelFormatException if {@code config.json} is missing or malformed
         * @throws org.rpt4j.api.error.TokenizerException if the tokenizer does not match the model, or the chat template
         *     fails
         * @throws org.rpt4j.api.error.ContextOverflowException if not even one token of context fits
         */
        public Reasoning build() {
            return new Reasoning(this, false);
        }
    }

    private static List<String> notes(PromptBuilder prompts, @Nullable ChatTemplate template, ThoughtFormat thought) {
        List<String> notes = new ArrayList<>();
        if (prompts.closesThought()) {
            notes.add("The chat template closes the thought before the model answers, so the model answers without"
                    + " thinking, and a box counts without another "
                    + thought.markers().end() + ". If the template has a"
                    + " variable for it, such as enable_thinking, set it to let the model think.");
        }
        if (prompts.opensThought() && thought.rule() != ThoughtRule.MARKED) {
            notes.add("The chat template opens a thought with "
                    + thought.markers().start() + ". A box inside it counts, because the thought may be "
                    + thought.rule() + ".");
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

    private void requireThought() {
        if (thought.rule() != ThoughtRule.MARKED) {
            throw new IllegalArgumentException(
                    "A reward that judges the thought alone needs an end marker to know where"
                            + " the thought ends, but thoughts are " + thought.rule() + ". Use MARKED.");
        }
        if (prompts.closesThought()) {
            throw new IllegalArgumentException("A reward that judges the thought alone has nothing to judge: the chat"
                    + " template closes the thought before the model answers. If the template has a variable for it,"
                    + " such as enable_thinking, set it to let the model think.");
        }
    }

    /** Whether rollouts end with their thought and hold no prediction. */
    public boolean isThoughtAlone() {
        return thoughtAlone;
    }

    /** How the model writes its thought. */
    public ThoughtFormat thought() {
        return thought;
    }

    /** What is worth knowing about the prompts before a run starts, a sentence or two each. */
    public List<String> notes() {
        return notes;
    }

    /** Wraps a context in the instruction; a context that is too long loses its oldest tokens. */
    public PromptFactory prompts() {
        return prompts::prompt;
    }

    /** Whether a prompt ends inside a thought, so that the completion starts inside it. */
    public boolean opensThought() {
        return prompts.opensThought();
    }

    /** Whether a prompt ends behind a thought that the template closes itself, so that the completion has none. */
    public boolean closesThought() {
        return prompts.closesThought();
    }

    /** Whether the model has a chat template; without one, prompts and conversations have the plain form. */
    public boolean hasChatTemplate() {
        return template != null;
    }

    /**
     * Writes messages in the same chat template, without the instruction.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the template fails, or loses or repeats a message
     */
    public Conversation conversation(List<ChatMessage> messages) {
        return Conversation.of(tokenizer, template, thought, messages);
    }

    /** Finds the last box after the thought. */
    public PredictionExtractor extractor() {
        return extractor::extract;
    }

    /**
     * Rollouts that end at the first closed box after the thought (under {@link BoxRule#BALANCED}), or with the thought
     * if it is judged alone; at an end-of-text token; or at the limit.
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
