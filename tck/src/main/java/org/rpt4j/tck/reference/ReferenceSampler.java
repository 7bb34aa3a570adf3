package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.ContextOverflowException;

/** Samples one rollout at a time, exactly as {@link org.rpt4j.api.Policy#generate} defines it. */
final class ReferenceSampler {

    private final ReferenceModel model;
    private final SamplingOptions options;
    private final long version;

    ReferenceSampler(ReferenceModel model, SamplingOptions options, long version) {
        this.model = model;
        this.options = options;
        this.version = version;
    }

    static void requireRoom(Prompt prompt, ModelDescription model) {
        Inputs.requireTokens("prompt " + prompt.id(), prompt.tokens(), model);
        if (prompt.tokens().length >= model.contextLength()) {
            throw new ContextOverflowException("prompt " + prompt.id() + " has " + prompt.tokens().length
                    + " tokens, which leaves no room for a completion; the context window of the model has "
                    + model.contextLength() + ". Cut the prompt on the left.");
        }
    }

    Rollout sample(Prompt prompt, int member) {
        ReferenceForward forward = new ReferenceForward(model).append(prompt.tokens());
        StopCondition.Scanner scanner = options.stopCondition().newScanner();
        int room = model.config().contextLength() - prompt.tokens().length;
        int limit = Math.min(options.maxTokens(), room);
        List<Integer> tokens = new ArrayList<>();
        List<Double> logProbs = new ArrayList<>();
        FinishReason finish = FinishReason.LENGTH;
        while (tokens.size() < limit) {
            Inputs.requireNotInterrupted("generating");
            double[] logits = forward.logits(forward.length() - 1);
            int token = choose(logits, prompt.id(), member, tokens.size());
            tokens.add(token);
            logProbs.add(Softmax.logProbs(logits, options.logProbTemperature())[token]);
            boolean conditionHolds = scanner.endsWith(token);
            if (options.stopTokens().contains(token)) {
                finish = FinishReason.STOP_TOKEN;
                break;
            }
            if (conditionHolds) {
                finish = FinishReason.STOP_CONDITION;
                break;
            }
            if (tokens.size() < limit) {
                forward.append(token);
            }
        }
        return new Rollout(
                member,
                tokens.stream().mapToInt(Integer::intValue).toArray(),
                logProbs.stream().mapToDouble(Double::doubleValue).toArray(),
                finish,
                version);
    }

    private int choose(double[] logits, long promptId, int member, int position) {
        if (options.temperature() == 0) {
            return Softmax.argmax(logits);
        }
        double draw = CounterRandom.uniform(options.seed(), options.step(), promptId, member, position);
        return Softmax.inverseCdf(Softmax.probabilities(logits, options.temperature()), draw);
    }
}
