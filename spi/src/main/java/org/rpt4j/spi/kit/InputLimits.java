package org.rpt4j.spi.kit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AbsentTokens;

/**
 * What a model can read, and the refusal of everything else before it reaches an engine: token ids outside the
 * vocabulary, texts beyond the context window, weights that are not finite. Thread-safe.
 *
 * <p>The arrays of a call belong to its caller, who may change them while the call runs, from another thread or from a
 * stop condition. So every check copies first and checks the copy: a backend works on what the check returns and never
 * on its own arguments (rules P29 and S13).
 *
 * @param vocabularySize V; token ids are 0 to V-1
 * @param contextLength most tokens of a prompt and its completion together
 * @param absentTokens ids within the vocabulary that no token has
 * @since 0.1.0
 */
public record InputLimits(int vocabularySize, int contextLength, AbsentTokens absentTokens) {

    /** The limits of a model. */
    public static InputLimits of(ModelDescription model, AbsentTokens absentTokens) {
        return new InputLimits(model.vocabularySize(), model.contextLength(), absentTokens);
    }

    /** Number of ids that have a token: those that a distribution is over. */
    public int tokenCount() {
        return vocabularySize - absentTokens.count();
    }

    /**
     * Refuses token ids outside the vocabulary, and those that no token has.
     *
     * @param what the subject of the message, such as {@code prompt 7}
     * @throws IllegalArgumentException if there is one
     */
    public void requireTokens(String what, int[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
                throw new IllegalArgumentException(what + " has the token id " + tokens[i] + " at index " + i
                        + ", outside the vocabulary of " + vocabularySize + " ids");
            }
            if (absentTokens.contains(tokens[i])) {
                throw new IllegalArgumentException(what + " has the token id " + tokens[i] + " at index " + i
                        + ", which no token of the tokenizer has: the model is padded to " + vocabularySize + " ids");
            }
        }
    }

    /**
     * Copies prompts, and refuses those that cannot be continued (rules P26, P27 and P29).
     *
     * @return the copies, in the same order
     * @throws ContextOverflowException if a prompt leaves no room for a token
     * @throws IllegalArgumentException if a token id is outside the vocabulary, or if the rollouts of all groups
     *     together are more than an array can hold
     */
    public List<Prompt> requireContinuable(List<Prompt> prompts, SamplingOptions sampling) {
        List<Prompt> copies = List.copyOf(prompts).stream()
                .map(prompt -> new Prompt(prompt.id(), prompt.tokens().clone()))
                .toList();
        for (Prompt prompt : copies) {
            int[] tokens = prompt.tokens();
            requireTokens("prompt " + prompt.id(), tokens);
            requireRoom(prompt.id(), tokens.length, contextLength);
        }
        long rollouts = (long) copies.size() * sampling.groupSize();
        if (rollouts > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(copies.size() + " prompts with group-size " + sampling.groupSize()
                    + " are " + rollouts + " rollouts, more than the " + Integer.MAX_VALUE
                    + " of one call. Lower group-size, or generate for fewer prompts at a time.");
        }
        return copies;
    }

    static void requireRoom(long prompt, int length, int contextLength) {
        if (length >= contextLength) {
            throw new ContextOverflowException("prompt " + prompt + " has " + length
                    + " tokens and leaves no room in the context window of " + contextLength
                    + ". Shorten the prompt or choose a model with a longer window.");
        }
    }

    /**
     * Copies a batch, and refuses one that the model cannot compute (rules P7, P8 and T17).
     *
     * @return the copy, equal to the batch
     * @throws ContextOverflowException if a prompt with a completion exceeds the context window
     * @throws IllegalArgumentException if a token id is outside the vocabulary, or if somebody changed the offsets of
     *     the batch
     */
    public TokenBatch requireComputable(TokenBatch original) {
        TokenBatch batch = copy(original);
        requireTokens("a prompt of the batch", batch.promptTokens());
        requireTokens("a completion of the batch", batch.completionTokens());
        int[] prompts = batch.promptOffsets();
        int[] groups = batch.groupOffsets();
        int[] completions = batch.completionOffsets();
        for (int g = 0; g < batch.promptCount(); g++) {
            int prompt = prompts[g + 1] - prompts[g];
            int longest = 0;
            for (int c = groups[g]; c < groups[g + 1]; c++) {
                longest = Math.max(longest, completions[c + 1] - completions[c]);
            }
            if ((long) prompt + longest > contextLength) {
                throw new ContextOverflowException("group " + g + " of the batch has a prompt of " + prompt
                        + " tokens and a completion of " + longest + ", together more than the context window of "
                        + contextLength + ". Shorten one of them.");
            }
        }
        return batch;
    }

    /** Rebuilds a batch from its parts, so that offsets of the copy fit its tokens whatever the original's were. */
    private static TokenBatch copy(TokenBatch batch) {
        int[] groups = batch.groupOffsets().clone();
        int[] prompts = batch.promptOffsets().clone();
        int[] completions = batch.completionOffsets().clone();
        TokenBatch.Builder builder = TokenBatch.builder(batch.temperature());
        for (int g = 0; g + 1 < groups.length; g++) {
            List<int[]> parts = new ArrayList<>();
            for (int c = groups[g]; c < groups[g + 1]; c++) {
                parts.add(part(batch.completionTokens(), completions, c));
            }
            builder.add(part(batch.promptTokens(), prompts, g), parts);
        }
        return builder.build();
    }

    private static int[] part(int[] tokens, int[] offsets, int index) {
        if (index < 0
                || index + 1 >= offsets.length
                || offsets[index] < 0
                || offsets[index + 1] < offsets[index]
                || offsets[index + 1] > tokens.length) {
            throw new IllegalArgumentException("the offsets of the batch do not fit its " + tokens.length
                    + " tokens at part " + index + ": somebody changed its arrays, which must stay as they were built");
        }
        return Arrays.copyOfRange(tokens, offsets[index], offsets[index + 1]);
    }

    /**
     * Copies sequences, and refuses those that cannot be scored, and more candidates than there are tokens (rules S8,
     * S9, S13 and S21).
     *
     * @return the copies, in the same order
     * @throws UnsupportedCapabilityException if the candidates of a position are more than the tokens
     * @throws ContextOverflowException if one exceeds the context window
     * @throws IllegalArgumentException if one is empty or has a token id outside the vocabulary
     */
    public List<int[]> requireScorable(List<int[]> sequences, ScoringOptions options) {
        if (options.candidates() > tokenCount()) {
            throw new UnsupportedCapabilityException("candidates is " + options.candidates() + ", but only "
                    + tokenCount() + " of the " + vocabularySize + " ids of the model have a token. Ask for at most "
                    + tokenCount() + ".");
        }
        List<int[]> copies = List.copyOf(sequences).stream().map(int[]::clone).toList();
        for (int i = 0; i < copies.size(); i++) {
            int[] sequence = copies.get(i);
            if (sequence.length == 0) {
                throw new IllegalArgumentException("sequence " + i + " is empty; scoring needs at least one token");
            }
            if (sequence.length > contextLength) {
                throw new ContextOverflowException("sequence " + i + " has " + sequence.length
                        + " tokens, more than the context window of " + contextLength + ". Split it into windows.");
            }
            requireTokens("sequence " + i, sequence);
        }
        return copies;
    }

    /**
     * Copies the weights of a backward pass and checks them (rules T11 and T12).
     *
     * @param batch the batch of the forward pass
     * @return the copy, one weight per completion token
     * @throws IllegalArgumentException if the completions of the weights have other lengths than the batch's
     * @throws NumericalException if a weight is NaN or infinite
     */
    public static double[] requireWeights(TokenValues weights, TokenBatch batch) {
        weights.requireShapeOf(batch);
        double[] values = weights.values().clone();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new NumericalException("weight of completion token " + i + " of " + values.length + " is "
                        + values[i] + "; weights must be finite");
            }
        }
        return values;
    }

    /**
     * Checks a range of the gradients of a policy (rule T45).
     *
     * @param from index of the first
     * @param count number of numbers to read or to add
     * @param size number of trained parameters
     * @throws IllegalArgumentException if the range is not within 0 and {@code size}
     */
    public static void requireRange(long from, int count, long size) {
        if (from < 0 || from > size - count) {
            throw new IllegalArgumentException("the range of " + count + " gradients from " + from
                    + " is not within the " + size + " that there are");
        }
    }
}
