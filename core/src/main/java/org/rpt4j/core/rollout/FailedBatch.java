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
 * A batch with which something went wrong, whole: it can be looked at, and be run again.
 *
 * @param phase {@link Phase#ROLLOUT} or {@link Phase#UPDATE}
 * @param reason why a step was skipped, or the class of an error
 * @param detail what was seen, and where first
 * @param groups identity of each prompt of {@code tokens}; its index where it has none
 * @param tokens what the policy was given; without completions if it was to sample them
 * @param values what is known about each completion token, by name: {@link #SAMPLED}, {@link #TRAINED}, {@link #REWARD}
 *     and {@link #ADVANTAGE}, each only where there is such a thing
 */
public record FailedBatch(
        Phase phase,
        String reason,
        String detail,
        List<Long> groups,
        TokenBatch tokens,
        Map<String, TokenValues> values) {

    /** Log-probabilities of the sampler, nats. */
    public static final String SAMPLED = "sampledLogProbs";
    /** Log-probabilities of the forward pass of training, nats. */
    public static final String TRAINED = "trainedLogProbs";
    /** The reward of the completion, the same for all its tokens. */
    public static final String REWARD = "reward";
    /** How much better than its group the completion was, the same for all its tokens. */
    public static final String ADVANTAGE = "advantage";

    public FailedBatch {
        groups = List.copyOf(groups);
        values = Map.copyOf(values);
        if (groups.size() != tokens.promptCount()) {
            throw new IllegalArgumentException(
                    "groups has " + groups.size() + " identities for " + tokens.promptCount() + " prompts");
        }
    }

    /** A batch on which an error was thrown. */
    public static FailedBatch of(
            Phase phase, Throwable error, List<Long> groups, TokenBatch tokens, Map<String, TokenValues> values) {
        return new FailedBatch(
                phase, error.getClass().getName(), String.valueOf(error.getMessage()), groups, tokens, values);
    }

    /** How large it is, in words. */
    public String size() {
        return groups.size() + " groups with " + tokens.tokenCount() + " tokens, the largest sequence of "
                + largestSequence();
    }

    /** Tokens of the longest prompt with a completion of it. */
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
     * What to throw where the memory did not suffice and nothing has changed.
     *
     * @param operation what was done with the batch
     * @param advice what to do
     */
    public BackendMemoryException shortage(long step, String operation, Throwable error, String advice) {
        return new BackendMemoryException(
                describe(step, operation) + ": not enough memory: " + error.getMessage() + ". " + advice, error);
    }

    /**
     * What to throw for any other error: {@link BackendFailureException} for one of the backend, whatever its type;
     * the error itself if it has a type of its own.
     *
     * @param operation what was done with the batch
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
