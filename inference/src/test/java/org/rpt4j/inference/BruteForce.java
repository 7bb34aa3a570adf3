package org.rpt4j.inference;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.tck.reference.Softmax;

/** The definition of a reasoned text, without sessions: every distribution from the whole text so far. */
final class BruteForce {

    final List<Integer> output = new ArrayList<>();
    final List<Integer> thoughtAt = new ArrayList<>();
    final List<String> thoughts = new ArrayList<>();
    final FinishReason finish;

    BruteForce(Scripted model, int[] prompt, InferenceOptions options) throws CharacterCodingException {
        List<Integer> waiting = new ArrayList<>();
        FinishReason reason = null;
        while (reason == null) {
            int position = output.size();
            int[] text = IntStream.concat(Arrays.stream(prompt), output.stream().mapToInt(Integer::intValue))
                    .toArray();
            double[] logits = model.policy.logitsAfter(text);
            if (waiting.isEmpty() && thinks(options, logits)) {
                waiting.addAll(think(model, text, position, options));
            }
            double uniform = CounterRandom.uniform(options.seed(), 0, 0, 0, position);
            int token = waiting.isEmpty() ? draw(logits, options.temperature(), uniform) : waiting.remove(0);
            if (token == Scripted.END) {
                reason = FinishReason.STOP_TOKEN;
            } else {
                output.add(token);
                if (output.size() == options.maxTokens() || prompt.length + output.size() == Scripted.CONTEXT) {
                    reason = FinishReason.LENGTH;
                }
            }
        }
        this.finish = reason;
    }

    private static boolean thinks(InferenceOptions options, double[] logits) {
        double entropy = 0;
        for (double logProb : Softmax.logProbs(logits, 1)) {
            entropy -= Math.exp(logProb) == 0 ? 0 : Math.exp(logProb) * logProb;
        }
        return switch (options.mode()) {
            case STANDARD -> false;
            case EVERY_TOKEN -> true;
            case HYBRID -> entropy >= options.threshold();
        };
    }

    private static int draw(double[] logits, double temperature, double uniform) {
        return temperature == 0
                ? Softmax.argmax(logits)
                : Softmax.inverseCdf(Softmax.probabilities(logits, temperature), uniform);
    }

    private List<Integer> think(Scripted model, int[] context, int position, InferenceOptions options)
            throws CharacterCodingException {
        SamplingOptions sampling = model.reasoning.sampling(1, options.temperature()).toBuilder()
                .seed(options.seed())
                .step(1)
                .stopTokens(Set.of(Scripted.END))
                .build();
        Prompt prompt = new Prompt(position, model.reasoning.prompts().prompt(context));
        Rollout rollout = model.policy
                .generate(List.of(prompt), sampling)
                .get(0)
                .rollouts()
                .get(0);
        thoughtAt.add(position);
        thoughts.add(model.tokenizer.decode(rollout.tokens()));
        Prediction prediction = model.reasoning.extractor().extract(rollout);
        if (!(prediction instanceof Prediction.Boxed boxed) || boxed.content().length == 0) {
            return List.of();
        }
        String text = new String(boxed.content(), StandardCharsets.UTF_8);
        if (text.contains("\uFFFD")) {
            return List.of();
        }
        return IntStream.of(model.tokenizer.encode(text)).boxed().toList();
    }
}
