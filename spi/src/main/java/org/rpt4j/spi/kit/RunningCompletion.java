package org.rpt4j.spi.kit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;

/**
 * One rollout while it is sampled. Takes the sampled tokens one by one, knows the random number of the next one, and
 * says when the completion ends and why: at a stop token, where the stop condition holds, at the token limit or at the
 * end of the context window (rules P22 to P25 of {@code docs/contract.md}). Not thread-safe.
 *
 * @since 0.1.0
 */
public final class RunningCompletion {

    private static final int FIRST_CAPACITY = 16;

    private final Prompt prompt;
    private final int promptLength;
    private final int member;
    private final SamplingOptions sampling;
    private final int limit;
    private final StopCondition.Scanner scanner;
    private int[] tokens = new int[FIRST_CAPACITY];
    private double[] logProbs = new double[FIRST_CAPACITY];
    private int length;
    private @Nullable FinishReason finish;

    /**
     * A completion without a token.
     *
     * @param prompt what it continues
     * @param member index within its group, 0..G-1
     * @param contextLength context window of the model, in tokens
     * @throws org.rpt4j.api.error.ContextOverflowException if the prompt leaves no room for a token
     */
    public RunningCompletion(Prompt prompt, int member, SamplingOptions sampling, int contextLength) {
        this.prompt = prompt;
        this.promptLength = prompt.tokens().length;
        this.member = member;
        this.sampling = sampling;
        InputLimits.requireRoom(prompt.id(), promptLength, contextLength);
        this.limit = Math.min(sampling.maxTokens(), contextLength - promptLength);
        this.scanner = sampling.stopCondition().newScanner();
    }

    /** What the completion continues. */
    public Prompt prompt() {
        return prompt;
    }

    /** Index within the group. */
    public int member() {
        return member;
    }

    /** Number of tokens so far. */
    public int length() {
        return length;
    }

    /**
     * The last token, which the model reads next.
     *
     * @throws IllegalStateException if there is none yet
     */
    public int lastToken() {
        if (length == 0) {
            throw new IllegalStateException("completion " + member + " of prompt " + prompt.id() + " has no token yet");
        }
        return tokens[length - 1];
    }

    /** Position of the last token, counted from the first token of the prompt; that of the prompt's end at first. */
    public int lastPosition() {
        return promptLength + length - 1;
    }

    /** The number in [0, 1) that decides the next token (rule P12): keyed by seed, step, prompt, member and position. */
    public double nextUniform() {
        return CounterRandom.uniform(sampling.seed(), sampling.step(), prompt.id(), member, length);
    }

    /**
     * Takes the next token.
     *
     * @param token its id
     * @param logProb its log-probability under the distribution that it was sampled from
     * @return whether the completion ends with it
     * @throws IllegalStateException if the completion has ended before
     * @throws org.rpt4j.api.error.NumericalException if the log-probability is NaN or infinite
     */
    public boolean append(int token, double logProb) {
        if (finish != null) {
            throw new IllegalStateException(
                    "completion " + member + " of prompt " + prompt.id() + " has ended with " + finish);
        }
        if (!Double.isFinite(logProb)) {
            FiniteNumbers.require(
                    "the log-probability of token " + length + " of completion " + member + " of prompt " + prompt.id(),
                    logProb);
        }
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
            logProbs = Arrays.copyOf(logProbs, 2 * length);
        }
        tokens[length] = token;
        logProbs[length++] = logProb;
        // The scanner reads every token, a stop token too.
        boolean conditionHolds = scanner.endsWith(token);
        if (sampling.stopTokens().contains(token)) {
            finish = FinishReason.STOP_TOKEN;
        } else if (conditionHolds) {
            finish = FinishReason.STOP_CONDITION;
        } else if (length == limit) {
            finish = FinishReason.LENGTH;
        }
        return finish != null;
    }

    /** Whether the completion has ended. */
    public boolean isFinished() {
        return finish != null;
    }

    /** Why the completion ended; null while it runs. */
    public @Nullable FinishReason finish() {
        return finish;
    }

    /**
     * The finished rollout.
     *
     * @param policyVersion version of the weights that sampled it
     * @throws IllegalStateException if the completion is still running
     */
    public Rollout rollout(long policyVersion) {
        if (finish == null) {
            throw new IllegalStateException("completion " + member + " of prompt " + prompt.id()
                    + " is still running after " + length + " tokens");
        }
        return new Rollout(
                member, Arrays.copyOf(tokens, length), Arrays.copyOf(logProbs, length), finish, policyVersion);
    }
}
