package org.rpt4j.inference;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One text while it is written, an event at a time. Its own tokens are the rollout that {@link Policy#generate} would
 * sample for prompt 0, step 0, member 0, but for those that thoughts predict. Nothing is computed before it is asked
 * for. Not thread-safe.
 */
final class TextGeneration implements AutoCloseable {

    private final Policy policy;
    private final Reasoning reasoning;
    private final InferenceOptions options;
    private final int[] prompt;
    private final int contextLength;
    private final TokenSampler sampler;
    private final TextPieces pieces;
    private final RunningCompletion completion;
    private final StringBuilder text = new StringBuilder();
    private final List<Integer> output = new ArrayList<>();
    private final List<Thought> thoughts = new ArrayList<>();
    private final Deque<TokenEvent> events = new ArrayDeque<>();
    private final Deque<Integer> predicted = new ArrayDeque<>();
    private @Nullable DecodingSession session;
    private @Nullable ThinkingSession thinking;
    private @Nullable RunningThought thought;
    private @Nullable NextToken next;
    /** Tokens of the text that the session has not read. */
    private int[] unread;
    /** Whether the policy thought about the next token already. */
    private boolean thoughtHere;

    private boolean finished;
    private long nanos;
    private long resumed;
    private long nanosUntilFirst;

    /**
     * A text that is not begun.
     *
     * @throws IllegalArgumentException if the prompt is empty
     * @throws org.rpt4j.api.error.ContextOverflowException if it leaves no room for a token
     */
    TextGeneration(Policy policy, Reasoning reasoning, int[] prompt, InferenceOptions options) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no token; there is nothing to continue");
        }
        this.policy = policy;
        this.reasoning = reasoning;
        this.options = options;
        this.prompt = prompt.clone();
        this.unread = this.prompt;
        this.contextLength = policy.description().contextLength();
        this.sampler = new TokenSampler(options);
        this.pieces = new TextPieces(options.stopStrings());
        SamplingOptions ends = reasoning.sampling(1, 0);
        SamplingOptions sampling = SamplingOptions.greedy(options.maxTokens()).toBuilder()
                .seed(options.seed())
                .stopTokens(IntStream.concat(ints(ends.stopTokens()), ints(options.stopTokens()))
                        .boxed()
                        .collect(Collectors.toSet()))
                .build();
        this.completion = new RunningCompletion(new Prompt(0, this.prompt), 0, sampling, contextLength);
    }

    private static IntStream ints(Set<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue);
    }

    /** Whether {@link TokenEvent.Finished} was returned. */
    boolean isFinished() {
        return finished && events.isEmpty();
    }

    /** The next event; computes at most one token, besides what the policy reads. */
    TokenEvent next() {
        resumed = System.nanoTime();
        while (events.isEmpty()) {
            advance();
        }
        nanos = elapsed();
        return events.remove();
    }

    /** Time that was spent on this text, without that between two calls. */
    private long elapsed() {
        return nanos + System.nanoTime() - resumed;
    }

    private void advance() {
        if (thought != null) {
            if (thought.advance(events::add)) {
                endThought(thought.thought());
            }
            return;
        }
        NextToken distribution = distribution();
        if (!predicted.isEmpty()) {
            take(predicted.remove(), distribution, true);
        } else if (!thoughtHere && isToThink(distribution)) {
            startThought(distribution.entropy());
        } else {
            take(sampler.choose(distribution.logits(), completion.nextUniform()), distribution, false);
        }
    }

    private NextToken distribution() {
        if (next == null) {
            if (session == null) {
                session = policy.openSession();
            }
            session.append(unread);
            unread = new int[0];
            next = new NextToken(session.logits());
        }
        return next;
    }

    private boolean isToThink(NextToken distribution) {
        return thoughts.size() < options.maxThoughts()
                && prompt.length + output.size() > contextStart()
                && switch (options.mode()) {
                    case STANDARD -> false;
                    case EVERY_TOKEN -> true;
                    case HYBRID -> distribution.entropy() >= options.threshold();
                };
    }

    private void startThought(double entropy) {
        if (thinking == null) {
            thinking = new ThinkingSession(policy.openSession());
        }
        events.add(new TokenEvent.ThoughtStarted(completion.length(), entropy));
        thoughtHere = true;
        thought = new RunningThought(
                reasoning, options, contextLength, thinking, context(), completion.length(), entropy);
    }

    /** What thoughts are about: the text so far, without the begin-of-text token, which their prompt has itself. */
    private int[] context() {
        return IntStream.concat(
                        IntStream.of(prompt).skip(contextStart()),
                        output.stream().mapToInt(Integer::intValue))
                .toArray();
    }

    private int contextStart() {
        boolean begins = reasoning.beginOfText().isPresent()
                && prompt[0] == reasoning.beginOfText().getAsInt();
        return begins ? 1 : 0;
    }

    private void endThought(Thought ended) {
        thought = null;
        thoughts.add(ended);
        predicted.addAll(ended.taken());
        events.add(new TokenEvent.ThoughtEnded(ended));
    }

    private void take(int token, NextToken distribution, boolean isPredicted) {
        int position = completion.length();
        double logProb = distribution.logProb(token);
        // A predicted token may have probability 0, which the rollout of a sampler cannot have.
        boolean ended = completion.append(token, 0);
        thoughtHere = false;
        next = null;
        if (completion.finish() == FinishReason.STOP_TOKEN) {
            finish(FinishReason.STOP_TOKEN);
            return;
        }
        output.add(token);
        unread = new int[] {token};
        String piece = pieces.add(reasoning.tokenizer().tokenBytes(token));
        text.append(piece);
        if (position == 0) {
            nanosUntilFirst = elapsed();
        }
        events.add(new TokenEvent.TextToken(
                position, token, piece, logProb, isPredicted, distribution.top(options.alternatives())));
        if (pieces.isStopped()) {
            finish(FinishReason.STOP_CONDITION);
        } else if (ended) {
            finish(Objects.requireNonNull(completion.finish()));
        }
    }

    private void finish(FinishReason reason) {
        finished = true;
        String rest = pieces.isStopped() ? "" : pieces.rest();
        text.append(rest);
        Usage usage = new Usage(
                prompt.length,
                output.size(),
                thoughts.stream().mapToInt(Thought::tokenCount).sum(),
                thoughts.size(),
                Duration.ofNanos(nanosUntilFirst),
                Duration.ofNanos(elapsed()));
        events.add(new TokenEvent.Finished(
                rest, new ReasonedText(text.toString(), output, reason, new Trace(thoughts), usage)));
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
        if (thinking != null) {
            thinking.close();
        }
    }
}
