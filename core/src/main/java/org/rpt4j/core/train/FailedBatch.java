package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.core.phase.Phase;

/**
 * A batch with which something went wrong, whole: it can be looked at, and be run again. The arrays are not copied.
 *
 * @param phase {@link Phase#ROLLOUT} or {@link Phase#UPDATE}
 * @param reason a {@link SkipReason}, or the class of an error
 * @param detail what was seen, and where first
 * @param temperature of the log-probabilities
 * @param groups prompts with their completions, of which there are none in a rollout that failed
 */
public record FailedBatch(Phase phase, String reason, String detail, double temperature, List<Group> groups) {

    /**
     * A prompt with its completions.
     *
     * @param id identity of the prompt; its index where it has none
     * @param prompt token ids
     * @param completions what followed it
     */
    public record Group(long id, int[] prompt, List<Completion> completions) {

        public Group {
            completions = List.copyOf(completions);
        }
    }

    /**
     * What followed a prompt.
     *
     * @param member index within the group
     * @param tokens token ids
     * @param sampledLogProbs of the sampler, nats; empty for text that was not sampled
     * @param trainedLogProbs of the forward pass of training, nats; empty if it gave none
     * @param reward what the verifier gave; NaN for text
     * @param advantage how much better than its group it was; NaN for text
     */
    public record Completion(
            int member,
            int[] tokens,
            double[] sampledLogProbs,
            double[] trainedLogProbs,
            double reward,
            double advantage) {}

    public FailedBatch {
        groups = List.copyOf(groups);
    }

    /** Tokens of all prompts and completions. */
    public long tokenCount() {
        return groups.stream()
                .mapToLong(group -> group.prompt().length
                        + group.completions().stream()
                                .mapToLong(c -> c.tokens().length)
                                .sum())
                .sum();
    }

    /** Tokens of the longest prompt with a completion of it. */
    public int largestSequence() {
        return groups.stream()
                .mapToInt(group -> group.prompt().length
                        + group.completions().stream()
                                .mapToInt(c -> c.tokens().length)
                                .max()
                                .orElse(0))
                .max()
                .orElse(0);
    }

    /** How large it is, in words. */
    public String size() {
        return groups.size() + " groups with " + tokenCount() + " tokens, the largest sequence of " + largestSequence();
    }

    /** The batch that a policy computed, to run it again; only where there are completions. */
    public TokenBatch tokens() {
        TokenBatch.Builder builder = TokenBatch.builder(temperature);
        groups.forEach(group -> builder.add(
                group.prompt(),
                group.completions().stream().map(Completion::tokens).toList()));
        return builder.build();
    }
}
