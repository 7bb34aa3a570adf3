package org.rpt4j.core.train;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

    /** A prompt with its completions. Immutable by agreement: the array is not copied, do not write into it. */
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    public static final class Group {

        private final long id;
        private final int[] prompt;
        private final List<Completion> completions;

        /**
         * Keeps the array.
         *
         * @param id identity of the prompt; its index where it has none
         * @param prompt token ids
         * @param completions what followed it
         */
        @JsonCreator
        public Group(
                @JsonProperty("id") long id,
                @JsonProperty("prompt") int[] prompt,
                @JsonProperty("completions") List<Completion> completions) {
            Objects.requireNonNull(prompt, "prompt");
            this.id = id;
            this.prompt = prompt;
            this.completions = List.copyOf(completions);
        }

        /** Identity of the prompt; its index where it has none. */
        public long id() {
            return id;
        }

        /** Token ids. */
        public int[] prompt() {
            return prompt;
        }

        /** What followed it. */
        public List<Completion> completions() {
            return completions;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Group that
                    && id == that.id
                    && Arrays.equals(prompt, that.prompt)
                    && completions.equals(that.completions);
        }

        @Override
        public int hashCode() {
            return Objects.hash(id, Arrays.hashCode(prompt), completions);
        }

        @Override
        public String toString() {
            return "Group[id " + id + ", " + prompt.length + " prompt tokens, " + completions.size() + " completions]";
        }
    }

    /** What followed a prompt. Immutable by agreement: the arrays are not copied, do not write into them. */
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    public static final class Completion {

        private final int member;
        private final int[] tokens;
        private final double[] sampledLogProbs;
        private final double[] trainedLogProbs;
        private final double reward;
        private final double advantage;

        /**
         * Keeps the arrays.
         *
         * @param member index within the group
         * @param tokens token ids
         * @param sampledLogProbs of the sampler, nats; empty for text that was not sampled
         * @param trainedLogProbs of the forward pass of training, nats; empty if it gave none
         * @param reward what the verifier gave; NaN for text
         * @param advantage how much better than its group it was; NaN for text
         */
        @JsonCreator
        public Completion(
                @JsonProperty("member") int member,
                @JsonProperty("tokens") int[] tokens,
                @JsonProperty("sampledLogProbs") double[] sampledLogProbs,
                @JsonProperty("trainedLogProbs") double[] trainedLogProbs,
                @JsonProperty("reward") double reward,
                @JsonProperty("advantage") double advantage) {
            Objects.requireNonNull(tokens, "tokens");
            Objects.requireNonNull(sampledLogProbs, "sampledLogProbs");
            Objects.requireNonNull(trainedLogProbs, "trainedLogProbs");
            this.member = member;
            this.tokens = tokens;
            this.sampledLogProbs = sampledLogProbs;
            this.trainedLogProbs = trainedLogProbs;
            this.reward = reward;
            this.advantage = advantage;
        }

        /** Index within the group. */
        public int member() {
            return member;
        }

        /** Token ids. */
        public int[] tokens() {
            return tokens;
        }

        /** Of the sampler, nats; empty for text that was not sampled. */
        public double[] sampledLogProbs() {
            return sampledLogProbs;
        }

        /** Of the forward pass of training, nats; empty if it gave none. */
        public double[] trainedLogProbs() {
            return trainedLogProbs;
        }

        /** What the verifier gave; NaN for text. */
        public double reward() {
            return reward;
        }

        /** How much better than its group it was; NaN for text. */
        public double advantage() {
            return advantage;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Completion that
                    && member == that.member
                    && Double.compare(reward, that.reward) == 0
                    && Double.compare(advantage, that.advantage) == 0
                    && Arrays.equals(tokens, that.tokens)
                    && Arrays.equals(sampledLogProbs, that.sampledLogProbs)
                    && Arrays.equals(trainedLogProbs, that.trainedLogProbs);
        }

        @Override
        public int hashCode() {
            return Objects.hash(
                    member,
                    Arrays.hashCode(tokens),
                    Arrays.hashCode(sampledLogProbs),
                    Arrays.hashCode(trainedLogProbs),
                    reward,
                    advantage);
        }

        @Override
        public String toString() {
            return "Completion[member " + member + ", " + tokens.length + " tokens, reward " + reward + ", advantage "
                    + advantage + "]";
        }
    }

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
