package org.rpt4j.inference;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * A thought while it is written: the rollout that {@link org.rpt4j.api.Policy#generate} would sample for prompt {@code
 * position}, step {@value #STEP}, member 0. Not thread-safe.
 */
final class RunningThought {

    /** Tells the draws of thoughts from those of the text, whose step is 0. */
    static final int STEP = 1;

    private final Reasoning reasoning;
    private final TokenSampler sampler;
    private final ThinkingSession session;
    private final int position;
    private final double entropy;
    private final RunningCompletion completion;
    private final TextPieces pieces = new TextPieces(List.of());

    /**
     * Reads the prompt.
     *
     * @param context the text so far
     * @param position index of the token of the text before which the policy thinks
     */
    RunningThought(
            Reasoning reasoning,
            InferenceOptions options,
            int contextLength,
            ThinkingSession session,
            int[] context,
            int position,
            double entropy) {
        this.reasoning = reasoning;
        this.sampler = new TokenSampler(options);
        this.session = session;
        this.position = position;
        this.entropy = entropy;
        SamplingOptions sampling = reasoning.sampling(1, options.temperature()).toBuilder()
                .seed(options.seed())
                .step(STEP)
                .build();
        if (options.thoughtTokens().isPresent()) {
            sampling = sampling.toBuilder()
                    .maxTokens(options.thoughtTokens().getAsInt())
                    .build();
        }
        int[] prompt = reasoning.prompts().prompt(context);
        this.completion = new RunningCompletion(new Prompt(position, prompt), 0, sampling, contextLength);
        session.read(prompt);
    }

    /** Writes a token; returns whether the thought ended with it. */
    boolean advance(Consumer<? super TokenEvent> events) {
        int token = sampler.choose(session.logits(), completion.nextUniform());
        // What reads the rollout needs no log-probabilities.
        boolean ended = completion.append(token, 0);
        events.accept(new TokenEvent.ThoughtToken(
                position, token, pieces.add(reasoning.tokenizer().tokenBytes(token))));
        if (!ended) {
            session.append(token);
        }
        return ended;
    }

    /** The thought, once it ended. */
    Thought thought() {
        Rollout rollout = completion.rollout(0);
        Prediction prediction = reasoning.extractor().extract(rollout);
        if (prediction instanceof Prediction.Missing missing) {
            return thought(rollout, ThoughtOutcome.of(missing.reason()), new byte[0], new int[0]);
        }
        byte[] content = ((Prediction.Boxed) prediction).content();
        if (content.length == 0) {
            return thought(rollout, ThoughtOutcome.EMPTY, content, new int[0]);
        }
        return new PredictedTokens(reasoning.tokenizer())
                .of(content)
                .map(tokens -> thought(rollout, ThoughtOutcome.TAKEN, content, tokens))
                .orElseGet(() -> thought(rollout, ThoughtOutcome.NOT_TOKENS, content, new int[0]));
    }

    private Thought thought(Rollout rollout, ThoughtOutcome outcome, byte[] content, int[] tokens) {
        return new Thought(
                position,
                entropy,
                rollout.length(),
                reasoning.tokenizer().decode(rollout.tokens()),
                outcome,
                new String(content, StandardCharsets.UTF_8),
                IntStream.of(tokens).boxed().toList());
    }
}
