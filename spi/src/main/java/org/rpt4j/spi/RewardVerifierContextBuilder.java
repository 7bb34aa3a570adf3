package org.rpt4j.spi;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenCodec;

/**
 * Builds a {@link RewardVerifierContext}. Every part may be left out. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class RewardVerifierContextBuilder {

    private @Nullable Policy policy;
    private @Nullable TokenCodec tokenizer;
    private @Nullable UnaryOperator<int[]> prompts;
    private @Nullable String thoughtEnd;
    private @Nullable Path directory;
    private final Map<String, String> options = new LinkedHashMap<>();

    RewardVerifierContextBuilder() {}

    /** The policy whose rollouts will be judged; stays the caller's and must stay open. */
    public RewardVerifierContextBuilder policy(Policy judged) {
        this.policy = judged;
        return this;
    }

    /** The tokenizer of the policy; stays the caller's and must stay open. */
    public RewardVerifierContextBuilder tokenizer(TokenCodec codec) {
        this.tokenizer = codec;
        return this;
    }

    /** How a context becomes a prompt; thread-safe. */
    public RewardVerifierContextBuilder prompts(UnaryOperator<int[]> promptOfContext) {
        this.prompts = promptOfContext;
        return this;
    }

    /** The text that closes a thought, such as {@code </think>}. */
    public RewardVerifierContextBuilder thoughtEnd(String marker) {
        this.thoughtEnd = marker;
        return this;
    }

    /** Where a reward may keep what it need not find out again when the run is resumed. */
    public RewardVerifierContextBuilder directory(Path kept) {
        this.directory = kept;
        return this;
    }

    /** One option of the reward; the last value of a name counts. */
    public RewardVerifierContextBuilder option(String name, String value) {
        options.put(name, value);
        return this;
    }

    /** The context. */
    public RewardVerifierContext build() {
        return new Context(policy, tokenizer, prompts, thoughtEnd, Optional.ofNullable(directory), Map.copyOf(options));
    }

    private record Context(
            @Nullable Policy givenPolicy,
            @Nullable TokenCodec givenTokenizer,
            @Nullable UnaryOperator<int[]> prompts,
            @Nullable String givenThoughtEnd,
            Optional<Path> directory,
            Map<String, String> options)
            implements RewardVerifierContext {

        @Override
        public Policy policy() {
            return require(givenPolicy, "policy");
        }

        @Override
        public TokenCodec tokenizer() {
            return require(givenTokenizer, "tokenizer");
        }

        @Override
        public int[] prompt(int[] contextTokens) {
            return require(prompts, "prompts").apply(contextTokens);
        }

        @Override
        public String thoughtEnd() {
            return require(givenThoughtEnd, "thoughtEnd");
        }

        private static <T> T require(@Nullable T part, String name) {
            if (part == null) {
                throw new IllegalStateException("the context has no " + name
                        + ". Give it one with RewardVerifierContext.builder()." + name + "(...).");
            }
            return part;
        }
    }
}
