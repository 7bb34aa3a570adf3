package org.rpt4j.core.rollout;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.core.phase.Phase;

/**
 * A complete batch that failed, so that it can be inspected and run again.
 *
 * @param phase {@link Phase#ROLLOUT} or {@link Phase#UPDATE}
 * @param reason why a step was skipped, or the class of an error
 * @param detail what was observed, and where first
 * @param groups id of each prompt of {@code tokens}; its index if it has none
 * @param tokens the input of the policy; without completions if the policy was sampling them
 * @param values known values of each completion token by name: {@link #SAMPLED}, {@link #TRAINED}, {@link #REWARD} and
 *     {@link #ADVANTAGE}, as far as available
 */
public record FailedBatch(
        Phase phase,
        String reason,
        String detail,
        List<Long> groups,
        TokenBatch tokens,
        Map<String, TokenValues> values) {

    /** Log-probabilities of the sampler, in nats. */
    public static final String SAMPLED = "sampledLogProbs";
    /** Log-probabilities of the training forward pass, in nats. */
    public static final String TRAINED = "trainedLogProbs";
    /** The reward of the completion, the same for all its tokens. */
    public static final String REWARD = "reward";
    /** The advantage of the completion, the same for all its tokens. */
    public static final String ADVANTAGE = "advantage";

    public FailedBatch {
        groups = List.copyOf(groups);
        values = Map.copyOf(values);
        if (groups.size() != tokens.promptCount()) {
            throw new IllegalArgumentException(
                    "groups has " + groups.size() + " ids for " + tokens.promptCount() + " prompts");
        }
    }

    /** Describes a batch that threw an error. */
    public static FailedBatch of(
            Phase phase, Throwable error, List<Long> groups, TokenBatch tokens, Map<String, TokenValues> values) {
        return new FailedBatch(
                phase, error.getClass().getName(), String.valueOf(error.getMessage()), groups, tokens, values);
    }

    /** The size of the batch, in words. */
    public String size() {
        return groups.size() + " groups with " + tokens.tokenCount() + " tokens (longest sequence: " + largestSequence()
                + ")";
    }

    /** Tokens of the longest prompt with one of its completions. */
    private int largestSequence() {
        int[] prompts = tokens.promptOffsets();
        int[] completions = tokens.completionOffsets();
        int largest = 0;
        for (int g = 0; g < tokens.promptCount(); g++) {
            int longest = 0;
            for (int c = tokens.groupOffsets()[g]; c < tokens.groupOffsets()[g + 1]; c++) {
                longest = Math.max(longest, completions[c + 1] - completions[c]);
            }
            largest = Math.max(largest, prompts[g + 1] - prompts[g] + longest);
        }
        return largest;
    }

    /**
     * The exception for running out of memory before anything has changed.
     *
     * @param operation the operation on the batch
     * @param advice what to do
     */
    public BackendMemoryException shortage(long step, String operation, Throwable error, String advice) {
        return new BackendMemoryException(
                describe(step, operation) + ": not enough memory: " + error.getMessage() + ". " + advice, error);
    }

    /**
     * The exception for any other error: the error itself if it is an {@link RptException}, otherwise a
     * {@link BackendFailureException}.
     *
     * @param operation the operation on the batch
     */
    public RptException failure(long step, String operation, Throwable error) {
        if (error instanceof RptException typed && !(error instanceof BackendFailureException)) {
            return typed;
        }
        String cause = error instanceof BackendFailureException ? error.getMessage() : error.toString();
        return new BackendFailureException(describe(step, operation) + ": " + cause, error);
    }

    private String describe(long step, String operation) {
        return operation + " failed in step " + step + ", phase " + phase + ", with " + size() + " tokens";
    }
}
